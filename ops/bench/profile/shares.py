"""Where a pass spends its time: shares.py RECORDING.jfr METHOD, with METHOD as in PrefillWork.run.

Counts the execution samples whose stack holds METHOD, by the operation of the forward pass and by the innermost method of
Kvasir's own in it; JDK frames (vector operations, copies) and `Lanes`, which only names them, count as their caller's. METHOD
has to run on the thread that computes a pass from its begin to its end, so a share of the samples is a share of the time. Needs
`jfr` of the JDK in JAVA_HOME/bin or on the path.
"""

import collections
import json
import os
import shutil
import subprocess
import sys

OWN = "dev.kvasir."
KERNELS = "VectorKernels."
FORWARD = "LlamaForward."
HELPERS = ("Lanes.",)
LEAST_SHARE = 0.005


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit("usage: shares.py RECORDING.jfr METHOD")
    recording, method = sys.argv[1:]
    if not os.path.isfile(recording):
        sys.exit(f"there is no recording {recording}")
    counts = collections.Counter(
        (operation(stack), innermost(stack)) for stack in stacks(recording) if method in stack
    )
    total = sum(counts.values())
    if total == 0:
        sys.exit(f"no sample has {method} on its stack")
    print(f"{total} samples in {method}")
    show("operation", total, summed(counts, 0))
    show("method", total, summed(counts, 1))


def summed(counts, part):
    sums = collections.Counter()
    for names, count in counts.items():
        sums[names[part]] += count
    return sums


def show(title, total, counts) -> None:
    print(f"\n| share | {title} |\n|---:|---|")
    for name, count in counts.most_common():
        if count / total >= LEAST_SHARE:
            print(f"| {100 * count / total:.1f} % | `{name}` |")


def stacks(recording: str):
    """Kvasir's frames from the innermost on, as Class.method."""
    command = [jfr(), "print", "--json", "--stack-depth", "64", "--events", "jdk.ExecutionSample", recording]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    for event in json.loads(printed)["recording"]["events"]:
        trace = event["values"].get("stackTrace") or {"frames": []}
        yield [named(frame["method"]) for frame in trace["frames"] if is_own(frame["method"])]


def is_own(method) -> bool:
    return method["type"]["name"].replace("/", ".").startswith(OWN)


def named(method) -> str:
    return f"{method['type']['name'].replace('/', '.').rpartition('.')[2]}.{method['name']}"


def operation(stack) -> str:
    """The kernel that the forward pass called, else its own step, else the innermost method."""
    called = [name for name in stack if name.startswith(KERNELS)]
    steps = [name for name in stack if name.startswith(FORWARD)]
    return called[-1] if called else steps[0] if steps else innermost(stack)


def innermost(stack) -> str:
    return next(name for name in stack if not name.startswith(HELPERS))


def jfr() -> str:
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("jfr", path=os.path.join(home, "bin") if home else None)
    return found or sys.exit("there is no jfr: set JAVA_HOME to a JDK")


if __name__ == "__main__":
    main()
