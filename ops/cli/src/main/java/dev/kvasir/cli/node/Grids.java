package dev.kvasir.cli.node;

import dev.kvasir.config.GridConfig;
import dev.kvasir.grid.hazelcast.HazelcastGrid;
import dev.kvasir.grid.ignite.IgniteGrid;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.memory.MemoryGrid;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Joins the grid that a configuration names. */
public final class Grids {
  private Grids() {}

  /**
   * A node with these attributes, which the others can read; the caller closes it.
   *
   * @param tls what nodes of an Ignite grid show each other and believe
   * @throws dev.kvasir.store.StoreException if it cannot join
   */
  public static Grid open(
      GridConfig grid, Map<String, String> attributes, Optional<SSLContext> tls) {
    return switch (grid.kind()) {
      case IGNITE -> IgniteGrid.start(ModuleSettings.ignite(grid, attributes), tls);
      case HAZELCAST -> HazelcastGrid.start(ModuleSettings.hazelcast(grid, attributes));
      case MEMORY -> new MemoryGrid();
    };
  }
}
