package dev.kvasir.block;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * What determines a block's bytes, and so its key.
 *
 * @param modelFingerprint weights, tokenizer, adapter, RoPE settings and numerics profile, as hex
 * @param prefix key of the block it is encoded behind, if any
 * @param scope who may share it: a tenant or a collection, chosen by the server
 * @param tokens the block's own token ids
 */
public record BlockIdentity(
    String modelFingerprint,
    ElementType elementType,
    Optional<BlockKey> prefix,
    String scope,
    TokenIds tokens) {

  /** Version of the block format, part of every key. */
  public static final String FORMAT = "kvasir-block-1";

  /** SHA-256 over the fields, each framed by its length in bytes (int32, little-endian). */
  public BlockKey key() {
    MessageDigest digest = sha256();
    frame(digest, FORMAT.getBytes(StandardCharsets.UTF_8));
    frame(digest, modelFingerprint.getBytes(StandardCharsets.UTF_8));
    frame(digest, elementType.name().getBytes(StandardCharsets.UTF_8));
    frame(digest, prefix.map(BlockKey::bytes).orElse(new byte[0]));
    frame(digest, scope.getBytes(StandardCharsets.UTF_8));
    frame(digest, littleEndian(tokens));
    return BlockKey.of(digest.digest());
  }

  private static void frame(MessageDigest digest, byte[] field) {
    digest.update(
        ByteBuffer.allocate(Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(0, field.length)
            .array());
    digest.update(field);
  }

  private static byte[] littleEndian(TokenIds tokens) {
    ByteBuffer bytes =
        ByteBuffer.allocate(tokens.size() * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < tokens.size(); i++) {
      bytes.putInt(tokens.at(i));
    }
    return bytes.array();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
