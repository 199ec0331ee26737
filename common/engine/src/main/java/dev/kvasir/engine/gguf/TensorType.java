package dev.kvasir.engine.gguf;

import java.util.Arrays;
import java.util.Optional;

/**
 * How a tensor's elements are stored: in blocks along a row, little-endian. In blocks of 32, {@code
 * q} are unsigned nibbles, byte j of a block holding element j (low) and element j + 16 (high); bit
 * j of the fifth bits belongs to element j.
 */
public enum TensorType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  /** {@code w = d·(q - 8)}; f16 d, 16 bytes. */
  Q4_0(2, 32, 18),
  /** {@code w = d·q + m}; f16 d, f16 m, 16 bytes. */
  Q4_1(3, 32, 20),
  /** {@code w = d·(q - 16)}; f16 d, 32 fifth bits, 16 bytes. */
  Q5_0(6, 32, 22),
  /** {@code w = d·q + m}; f16 d, f16 m, 32 fifth bits, 16 bytes. */
  Q5_1(7, 32, 24),
  /** {@code w = d·q}; f16 d, 32 signed bytes. */
  Q8_0(8, 32, 34),
  /** {@code w = d·s·q - m·t}, 8 groups of 32; see {@link SuperBlocks}. */
  Q4_K(12, 256, 144),
  /** {@code w = d·s·q - m·t}, 8 groups of 32; see {@link SuperBlocks}. */
  Q5_K(13, 256, 176),
  /** {@code w = d·s·(q - 32)}, 16 groups of 16; see {@link SuperBlocks}. */
  Q6_K(14, 256, 210),
  BF16(30, 1, 2);

  private final int id;
  private final int blockElements;
  private final int blockBytes;

  TensorType(int id, int blockElements, int blockBytes) {
    this.id = id;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /** The number that stands for this type in a file. */
  public int id() {
    return id;
  }

  /** Elements of one block. */
  public int blockElements() {
    return blockElements;
  }

  /** Bytes of one block. */
  public int blockBytes() {
    return blockBytes;
  }

  static Optional<TensorType> of(long id) {
    return Arrays.stream(values()).filter(type -> type.id == id).findFirst();
  }
}
