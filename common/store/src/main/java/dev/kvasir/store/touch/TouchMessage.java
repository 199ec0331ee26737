package dev.kvasir.store.touch;

import dev.kvasir.block.BlockKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Block keys as one message: {@code 1}, a space, and the keys' bytes one behind the other in
 * unpadded base64 for URLs. A key may occur more than once.
 */
public final class TouchMessage {
  /** Most keys of a message. */
  public static final int MAX_KEYS = 256;

  private static final String VERSION = "1 ";
  private static final int MAX_CHARACTERS =
      VERSION.length() + Math.ceilDiv(MAX_KEYS * BlockKey.BYTES * 4, 3);

  private TouchMessage() {}

  static String of(List<BlockKey> keys) {
    byte[] bytes = new byte[keys.size() * BlockKey.BYTES];
    for (int i = 0; i < keys.size(); i++) {
      System.arraycopy(keys.get(i).bytes(), 0, bytes, i * BlockKey.BYTES, BlockKey.BYTES);
    }
    return VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The keys of a message; empty if it is none. */
  public static Optional<List<BlockKey>> parse(String message) {
    if (!message.startsWith(VERSION) || message.length() > MAX_CHARACTERS) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(message.substring(VERSION.length()));
      boolean whole = bytes.length > 0 && bytes.length % BlockKey.BYTES == 0;
      return whole ? Optional.of(keys(bytes)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static List<BlockKey> keys(byte[] bytes) {
    List<BlockKey> keys = new ArrayList<>(bytes.length / BlockKey.BYTES);
    for (int at = 0; at < bytes.length; at += BlockKey.BYTES) {
      keys.add(BlockKey.of(Arrays.copyOfRange(bytes, at, at + BlockKey.BYTES)));
    }
    return keys;
  }
}
