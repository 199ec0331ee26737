package dev.kvasir.cli.faults;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.cli.faults.witness.Witness;
import dev.kvasir.cli.node.Grids;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.grid.Grid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Damages blocks in the memory of the cache nodes, as a client of their grid. */
final class Vandal {
  private static final int FLIP = 0x10;

  private Vandal() {}

  /**
   * Flips a bit of a chunk of up to that many stored blocks; returns how many.
   *
   * @throws StoreException if the grid cannot be joined or listed
   */
  static int flip(KvasirConfig config, int count) {
    try (Grid grid = Grids.open(config, Map.of())) {
      BlockStore blocks = grid.blocks();
      return (int)
          blocks.list(null, count + Witness.BLOCKS).blocks().stream()
              .filter(block -> !block.info().model().equals(Witness.MODEL))
              .limit(count)
              .filter(block -> flip(blocks, block))
              .count();
    }
  }

  private static boolean flip(BlockStore blocks, StoredBlock stored) {
    try {
      Optional<EncodedBlock> found =
          Objects.requireNonNull(blocks.get(List.of(stored.key())).get(stored.key())).join();
      found.ifPresent(block -> blocks.put(flipped(block), stored.info()).join());
      return found.isPresent();
    } catch (CompletionException e) {
      return false;
    }
  }

  private static EncodedBlock flipped(EncodedBlock block) {
    List<byte[]> chunks = new ArrayList<>(block.chunks());
    byte[] last = chunks.removeLast().clone();
    last[last.length / 2] ^= FLIP;
    chunks.add(last);
    return new EncodedBlock(block.key(), block.header(), chunks);
  }
}
