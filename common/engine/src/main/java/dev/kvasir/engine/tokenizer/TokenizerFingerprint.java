package dev.kvasir.engine.tokenizer;

import dev.kvasir.engine.gguf.Metadata;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** SHA-256 over what determines the ids of a text, each field framed by its length. */
final class TokenizerFingerprint {
  /** Changes whenever the code would give other ids for the same vocabulary. */
  private static final String ALGORITHM = "kvasir-smollm-bpe-1";

  private final MessageDigest digest = sha256();

  private TokenizerFingerprint() {}

  static String of(Metadata metadata) {
    TokenizerFingerprint fingerprint = new TokenizerFingerprint();
    fingerprint.add(ALGORITHM);
    fingerprint.add(metadata.requireStrings(Vocabulary.TOKENS));
    fingerprint.add(metadata.requireWholes(Vocabulary.TYPES));
    fingerprint.add(metadata.requireStrings(Vocabulary.MERGES));
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
