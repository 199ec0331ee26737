package dev.kvasir.node.disk;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where and how a node keeps blocks in files.
 *
 * @param folder of this node alone; made if it is not there
 * @param maxBytes what all files of blocks may take together
 * @param maxWaiting how many blocks may wait to be written; more are found again later
 * @param retryAfter how long nothing is written after a write failed
 * @param maxReads how many files are read at once
 */
public record DiskSettings(
    Path folder, long maxBytes, int maxWaiting, Duration retryAfter, int maxReads) {

  public DiskSettings {
    if (maxBytes < 1 || maxWaiting < 1 || maxReads < 1 || retryAfter.toMillis() < 1) {
      throw new IllegalArgumentException(
          "max-bytes, max-waiting, max-reads and retry-after of the disk tier must be positive:"
              + " max-bytes=%d max-waiting=%d max-reads=%d retry-after=%s"
                  .formatted(maxBytes, maxWaiting, maxReads, retryAfter));
    }
  }

  /** The defaults, in this folder. */
  public static DiskSettings of(Path folder, long maxBytes) {
    return new DiskSettings(folder, maxBytes, 10_000, Duration.ofSeconds(30), 4);
  }
}
