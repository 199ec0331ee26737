package dev.kvasir.node.evict;

import dev.kvasir.grid.ignite.IgniteGrid;
import dev.kvasir.grid.ignite.IgniteSettings;
import dev.kvasir.store.grid.Grid;

/** The load on an embedded node whose region is 4/3 of the budget. */
class IgniteEvictionLoadTest extends AbstractEvictionLoadTest {
  @Override
  protected Grid open() {
    return IgniteGrid.start(IgniteSettings.embedded().withSize(BUDGET_BYTES / 3 * 4, 32));
  }
}
