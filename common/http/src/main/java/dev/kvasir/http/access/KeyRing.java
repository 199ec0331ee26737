package dev.kvasir.http.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The good keys of a file, read again when it changes. While a changed file cannot be read, the
 * keys read before stay and the log says so. Thread-safe.
 */
public final class KeyRing {
  private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final Path path;
  private final KeyFile file;
  private final long lookEveryNanos;
  private Stamp stamp;
  private Optional<Stamp> refused = Optional.empty();
  private List<ApiKey> keys;
  private long looked = System.nanoTime();

  /**
   * Reads the file now, and again within a second of a change.
   *
   * @throws KeyFileException if it cannot be used
   */
  public KeyRing(Path path) {
    this(path, LOOK_EVERY);
  }

  KeyRing(Path path, Duration lookEvery) {
    this.path = path;
    this.file = new KeyFile(path);
    this.lookEveryNanos = lookEvery.toNanos();
    this.stamp = Stamp.of(path);
    this.keys = file.read();
  }

  /** What tells one version of the file from another. */
  private record Stamp(Optional<FileTime> modified, long sizeBytes, @Nullable Object inode) {
    static Stamp of(Path path) {
      try {
        BasicFileAttributes seen = Files.readAttributes(path, BasicFileAttributes.class);
        return new Stamp(Optional.of(seen.lastModifiedTime()), seen.size(), seen.fileKey());
      } catch (IOException e) {
        return new Stamp(Optional.empty(), 0, null);
      }
    }
  }

  /** The good key with this hash. Compares it with every key, whichever fits. */
  Optional<ApiKey> find(byte[] hash) {
    ApiKey found = null;
    for (ApiKey key : current()) {
      if (key.hasHash(hash)) {
        found = key;
      }
    }
    return Optional.ofNullable(found).filter(ApiKey::isGood);
  }

  private synchronized List<ApiKey> current() {
    long now = System.nanoTime();
    if (now - looked >= lookEveryNanos) {
      looked = now;
      readIfChanged();
    }
    return keys;
  }

  private void readIfChanged() {
    Stamp seen = Stamp.of(path);
    if (seen.equals(stamp)) {
      return;
    }
    try {
      keys = file.read();
      stamp = seen;
      refused = Optional.empty();
      LOG.info("read {} keys from {}", keys.size(), path);
    } catch (KeyFileException e) {
      if (!refused.equals(Optional.of(seen))) {
        LOG.error("{}; until then the {} keys read before stay", e.getMessage(), keys.size());
      }
      refused = Optional.of(seen);
    }
  }
}
