package dev.kvasir.engine.model;

import dev.kvasir.engine.gguf.ModelFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Everything besides the tokens that decides what a block's numbers are: the model's files
 * (weights, tokenizer, RoPE settings, adapter) and the numerics profile, which is the backend and
 * its version. Raise the version whenever a kernel's results change in a single bit.
 */
public final class Fingerprint {
  private static final int NUMERICS_VERSION = 3;
  private static final int BUFFER_BYTES = 1 << 20;

  private Fingerprint() {}

  /**
   * SHA-256 as hex.
   *
   * @param backend name of the backend
   */
  public static String of(ModelFiles files, String backend) {
    MessageDigest digest = sha256();
    String profile = backend + "-" + NUMERICS_VERSION + files.rounding();
    digest.update(profile.getBytes(StandardCharsets.UTF_8));
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    for (Path file : files.files()) {
      update(digest, file, buffer);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** A file's size, then its bytes, so that files cannot run into each other. */
  private static void update(MessageDigest digest, Path file, ByteBuffer buffer) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      digest.update(buffer.clear().putLong(channel.size()).flip());
      while (channel.read(buffer.clear()) >= 0) {
        digest.update(buffer.flip());
      }
    } catch (IOException e) {
      throw new ModelFileException(file, 0, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
