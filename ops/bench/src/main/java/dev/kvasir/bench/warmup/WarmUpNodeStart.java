package dev.kvasir.bench.warmup;

import dev.kvasir.block.BlockKey;
import dev.kvasir.engine.AheadEncoder;
import dev.kvasir.store.BlockStore;
import dev.kvasir.warmup.PassageLayout;
import dev.kvasir.warmup.WarmUps;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Starts a node with an empty cache of its own. */
public interface WarmUpNodeStart {

  /**
   * A running node.
   *
   * @param budgetBytes how many bytes of blocks it keeps; empty: as many as fit
   */
  Running start(OptionalLong budgetBytes);

  /** A node, until it is closed; its owner closes it. */
  interface Running extends AutoCloseable {
    PassageLayout layout();

    BlockStore store();

    AheadEncoder encoder();

    /** Its jobs, with this encoder. */
    WarmUps warmUps(AheadEncoder encoder);

    /** To be told of every use of a block. */
    Consumer<Collection<BlockKey>> used();

    @Override
    void close();
  }
}
