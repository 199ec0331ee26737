package dev.kvasir.node.evict;

import dev.kvasir.grid.hazelcast.HazelcastGrid;
import dev.kvasir.grid.hazelcast.HazelcastSettings;
import dev.kvasir.store.grid.Grid;

/** The load on an embedded member whose share of the heap is 4/3 of the budget. */
class HazelcastEvictionLoadTest extends AbstractEvictionLoadTest {
  @Override
  protected Grid open() {
    return HazelcastGrid.start(HazelcastSettings.embedded().withSize(BUDGET_BYTES / 3 * 4, 32));
  }
}
