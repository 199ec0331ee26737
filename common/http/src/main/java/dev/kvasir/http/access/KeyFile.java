package dev.kvasir.http.access;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of keys, one JSON object a line: {@code id}, {@code tenant}, {@code roles}, {@code
 * sha256}, {@code created}, {@code revoked}. It is replaced as a whole, under a lock of the file
 * system, so that readers see no half of it and two writers lose nothing; owner, group and rights
 * stay where the system lets them. Thread-safe.
 */
public final class KeyFile {
  private static final Logger LOG = LoggerFactory.getLogger(KeyFile.class);
  private static final int KEY_BYTES = 32;
  private static final String OWNER_ONLY = "rw-------";

  /** A lock of the file system is a process's; this one is for the threads of this process. */
  private static final ReentrantLock WRITERS = new ReentrantLock();

  private final Path file;
  private final Clock clock;

  public KeyFile(Path file) {
    this(file, Clock.systemUTC());
  }

  KeyFile(Path file, Clock clock) {
    this.file = file.toAbsolutePath();
    this.clock = clock;
  }

  /** A key that was made just now; its text is nowhere else. */
  public record Created(ApiKey key, String text) {}

  /**
   * All keys, also those that were revoked.
   *
   * @throws KeyFileException if the file cannot be read or a line is wrong
   */
  public List<ApiKey> read() {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      throw new KeyFileException(
          "there is no file of keys %s: make one with kvasir keys create --file %s --tenant NAME"
              .formatted(file, file),
          e);
    } catch (IOException e) {
      throw new KeyFileException(
          "the file of keys %s cannot be read: check its rights".formatted(file), e);
    }
    List<ApiKey> keys = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        keys.add(parse(lines.get(i), i + 1));
      }
    }
    return keys;
  }

  /**
   * Makes a key of 256 random bits and remembers its hash.
   *
   * @throws KeyFileException if the id is taken or the file cannot be written
   * @throws IllegalArgumentException if a name is wrong or there is no role
   */
  public Created create(String id, String tenant, Set<Role> roles) {
    byte[] random = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(random);
    String text = "kvasir-" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    String hash = HexFormat.of().formatHex(ApiKey.hash(text));
    ApiKey key = new ApiKey(id, tenant, roles, hash, clock.instant(), Optional.empty());
    change(keys -> {
      if (keys.stream().anyMatch(known -> known.id().equals(id))) {
        throw new KeyFileException(
            "there is a key '%s' in %s already: choose another --id".formatted(id, file));
      }
      List<ApiKey> more = new ArrayList<>(keys);
      more.add(key);
      return more;
    });
    return new Created(key, text);
  }

  /**
   * Makes a key good for nothing, from now on or since it was revoked before.
   *
   * @throws KeyFileException if there is none with this id or the file cannot be written
   */
  public void revoke(String id) {
    Instant now = clock.instant();
    change(keys -> {
      if (keys.stream().noneMatch(key -> key.id().equals(id))) {
        throw new KeyFileException(
            "there is no key '%s' in %s: kvasir keys list shows them".formatted(id, file));
      }
      return keys.stream().map(key -> key.id().equals(id) ? key.revokedAt(now) : key).toList();
    });
  }

  private ApiKey parse(String line, int number) {
    try {
      return KeyLine.parse(line);
    } catch (IllegalArgumentException e) {
      throw new KeyFileException(
          "line %d of the file of keys %s is wrong: %s".formatted(number, file, e.getMessage()), e);
    }
  }

  private void change(UnaryOperator<List<ApiKey>> change) {
    WRITERS.lock();
    try (FileChannel channel =
            FileChannel.open(
                file.resolveSibling(file.getFileName() + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      write(change.apply(Files.exists(file) ? read() : List.of()));
    } catch (IOException e) {
      throw new KeyFileException(
          "the file of keys %s cannot be written: %s".formatted(file, e.getMessage()), e);
    } finally {
      WRITERS.unlock();
    }
  }

  private void write(List<ApiKey> keys) throws IOException {
    Path temporary = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".new");
    try {
      ownerOnly(temporary);
      try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        String text = String.join("", keys.stream().map(key -> KeyLine.of(key) + "\n").toList());
        out.write(StandardCharsets.UTF_8.encode(text));
        out.force(true);
      }
      if (isPosix(temporary) && Files.exists(file)) {
        keepRights(temporary);
      }
      move(temporary);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private void move(Path temporary) throws IOException {
    try {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("its file system cannot replace files at once", e);
    }
  }

  private static void ownerOnly(Path temporary) throws IOException {
    if (isPosix(temporary)) {
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(OWNER_ONLY));
    }
  }

  /** The owner comes last: whoever gives a file away can change nothing more. */
  private void keepRights(Path temporary) throws IOException {
    PosixFileAttributes old = Files.readAttributes(file, PosixFileAttributes.class);
    PosixFileAttributeView fresh =
        Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
    try {
      fresh.setGroup(old.group());
      fresh.setPermissions(old.permissions());
      fresh.setOwner(old.owner());
    } catch (FileSystemException e) {
      LOG.warn("owner or group of {} could not be kept: {}", file, e.getMessage());
    }
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
