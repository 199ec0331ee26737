package dev.kvasir.node.evict;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.Blocks;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Blocks of two to four chunks of 16 to 78 KiB each, so many that they fill a number of bytes. The
 * header tells a block's number and chunks, each chunk's length its size; blocks of one size share
 * their bytes.
 */
final class TestBlocks {
  private static final int SIZES = 32;

  private final List<EncodedBlock> blocks = new ArrayList<>();
  private final List<BlockKey> keys = new ArrayList<>();

  TestBlocks(long totalBytes) {
    Random random = new Random(7);
    List<byte[]> chunks = new ArrayList<>();
    for (int size = 0; size < SIZES; size++) {
      byte[] chunk = new byte[16 * 1024 + 2_000 * size];
      random.nextBytes(chunk);
      chunks.add(chunk);
    }
    for (long bytes = 0; bytes < totalBytes; bytes += blocks.getLast().sizeBytes()) {
      add(blocks.size(), chunks.get(random.nextInt(SIZES)), 2 + random.nextInt(3));
    }
  }

  private void add(int number, byte[] chunk, int chunks) {
    byte[] header = ByteBuffer.allocate(128).putInt(number).putInt(chunks).array();
    keys.add(Blocks.key(number));
    blocks.add(new EncodedBlock(keys.getLast(), header, Collections.nCopies(chunks, chunk)));
  }

  int count() {
    return blocks.size();
  }

  EncodedBlock get(int number) {
    return blocks.get(number);
  }

  BlockKey key(int number) {
    return keys.get(number);
  }

  long bytes(int number) {
    return blocks.get(number).sizeBytes();
  }

  /** Whether what was read is exactly the block. */
  boolean isWhole(int number, EncodedBlock read) {
    EncodedBlock wanted = blocks.get(number);
    if (!Arrays.equals(wanted.header(), read.header())
        || wanted.chunks().size() != read.chunks().size()) {
      return false;
    }
    for (int i = 0; i < wanted.chunks().size(); i++) {
      if (!Arrays.equals(wanted.chunks().get(i), read.chunks().get(i))) {
        return false;
      }
    }
    return true;
  }
}
