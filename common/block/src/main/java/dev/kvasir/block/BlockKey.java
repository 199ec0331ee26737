package dev.kvasir.block;

import java.util.Arrays;
import java.util.HexFormat;

/** SHA-256 of everything that determines a block's bytes. */
public final class BlockKey implements Comparable<BlockKey> {
  public static final int BYTES = 32;

  private final byte[] hash;

  private BlockKey(byte[] hash) {
    if (hash.length != BYTES) {
      throw new IllegalArgumentException("a block key has 32 bytes: length=" + hash.length);
    }
    this.hash = hash;
  }

  public static BlockKey of(byte[] hash) {
    return new BlockKey(hash.clone());
  }

  /** Parses 64 hex digits. */
  public static BlockKey parse(String hex) {
    if (hex.length() != 2 * BYTES) {
      throw new IllegalArgumentException("a block key has 64 hex digits: \"" + hex + "\"");
    }
    return new BlockKey(HexFormat.of().parseHex(hex));
  }

  public byte[] bytes() {
    return hash.clone();
  }

  public String hex() {
    return HexFormat.of().formatHex(hash);
  }

  @Override
  public int compareTo(BlockKey other) {
    return Arrays.compareUnsigned(hash, other.hash);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BlockKey key && Arrays.equals(hash, key.hash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hash);
  }

  @Override
  public String toString() {
    return hex();
  }
}
