package dev.kvasir.prefill.remote;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A block's records in one piece: number of records (int32, big-endian), then of each its length
 * (int32) and bytes, the header record first. What the records hold is checked by the codec.
 */
public final class BlockFrames {
  private BlockFrames() {}

  /** The records one after the other. */
  public static byte[] of(EncodedBlock block) {
    List<byte[]> records = new ArrayList<>(block.chunks().size() + 1);
    records.add(block.header());
    records.addAll(block.chunks());
    ByteBuffer frames =
        ByteBuffer.allocate(
            Math.toIntExact(block.sizeBytes() + (records.size() + 1L) * Integer.BYTES));
    frames.putInt(records.size());
    for (byte[] record : records) {
      frames.putInt(record.length).put(record);
    }
    return frames.array();
  }

  /**
   * Takes the records apart again.
   *
   * @throws IllegalArgumentException if the lengths do not add up
   */
  public static EncodedBlock parse(BlockKey key, byte[] bytes) {
    ByteBuffer frames = ByteBuffer.wrap(bytes);
    int count = length(frames);
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] record = new byte[length(frames)];
      frames.get(record);
      records.add(record);
    }
    if (records.isEmpty() || frames.hasRemaining()) {
      throw new IllegalArgumentException("the frames of a block do not end where they should");
    }
    return new EncodedBlock(key, records.getFirst(), records.subList(1, records.size()));
  }

  private static int length(ByteBuffer frames) {
    int length = frames.remaining() < Integer.BYTES ? -1 : frames.getInt();
    if (length < 0 || length > frames.remaining()) {
      throw new IllegalArgumentException("a frame of a block is longer than what came");
    }
    return length;
  }
}
