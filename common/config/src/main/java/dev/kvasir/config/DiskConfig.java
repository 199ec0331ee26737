package dev.kvasir.config;

import java.nio.file.Path;
import java.util.Optional;

/** The disk tier of a cache node: blocks that memory had no room for, kept over restarts. */
public record DiskConfig(
    @About("whether blocks are also written to disk") boolean enabled,
    @About("folder of the block files, of this node alone; needed when enabled")
        Optional<Path> path,
    @About("bytes of block files, at least 64MiB") Bytes maxBytes) {
  public DiskConfig {
    Require.that(
        !enabled || path.isPresent(), "path", "must name a folder when the disk tier is enabled");
    Require.atLeast("max_bytes", maxBytes, Bytes.ofMiB(64));
  }

  public static DiskConfig defaults() {
    return new DiskConfig(false, Optional.empty(), Bytes.ofMiB(10 * 1_024));
  }
}
