package dev.kvasir.engine.tokenizer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** SHA-256 over what determines the ids of a text, each field framed by its length. */
final class TokenizerFingerprint {
  /** The types of GGUF files: ordinary tokens, and all that no text yields. */
  private static final long ORDINARY = 1;

  private static final long OTHER = 3;

  private final MessageDigest digest = sha256();

  private TokenizerFingerprint() {}

  /** The same for a GGUF file and a folder, whether or not unused tokens are listed at the end. */
  static String of(TokenizerData data) {
    TokenizerFingerprint fingerprint = new TokenizerFingerprint();
    fingerprint.add(data.rules().algorithm());
    fingerprint.add(data.tokens().subList(0, data.used()));
    fingerprint.add(
        data.kinds().stream()
            .limit(data.used())
            .mapToLong(kind -> kind == TokenKind.ORDINARY ? ORDINARY : OTHER)
            .toArray());
    fingerprint.add(data.merges());
    return HexFormat.of().formatHex(fingerprint.digest.digest());
  }

  private void add(List<String> texts) {
    add(texts.size());
    texts.forEach(this::add);
  }

  private void add(long[] values) {
    add(values.length);
    for (long value : values) {
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, value));
    }
  }

  private void add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    add(bytes.length);
    digest.update(bytes);
  }

  private void add(int length) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, length));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
