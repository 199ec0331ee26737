package dev.kvasir.store.grid;

import dev.kvasir.store.BlockStore;
import java.util.List;
import java.util.Optional;

/**
 * What Kvasir needs of a data grid: blocks in memory on several nodes, small strongly consistent
 * maps, messages and membership. Everything above it (deletion, eviction, disk files, leases) is
 * written once on this interface. The owner closes it; what it hands out ends with it. Thread-safe.
 */
public interface Grid extends AutoCloseable {

  /** Name of the product: {@code memory}, {@code ignite}, {@code hazelcast}. */
  String name();

  /** This process in the grid; the same after a restart. */
  Member self();

  /** Everybody who is in the grid now, this process included. */
  List<Member> members();

  /**
   * Whether this process takes part in the grid now, with as many others as its maps need to be
   * written. Ask before saying that it is ready.
   */
  default boolean healthy() {
    return true;
  }

  /**
   * Whether this process is out of the grid, or in a part of it that does not join the rest again
   * by itself; a node that holds blocks and stays so has to be restarted.
   */
  default boolean expelled() {
    return !healthy();
  }

  /** Blocks in the memory of the nodes. */
  BlockStore blocks();

  /** The map of this name, made on first use. */
  SharedMap map(String name);

  /** The topic of this name, made on first use. */
  Topic topic(String name);

  /** The blocks that lie on this very node; empty where it holds none by its role. */
  Optional<LocalBlocks> local();

  /**
   * Tells each time after this process's part of a grid that was split has joined the other part;
   * what both had is one then. Only grids whose parts go on and join again tell. On a thread of its
   * own, which the listener may block, until it is closed.
   */
  default Subscription watchMerges(Runnable merged) {
    return () -> {};
  }

  @Override
  void close();
}
