package dev.kvasir.cli.node;

import dev.kvasir.cli.console.UserError;
import dev.kvasir.config.Bytes;
import dev.kvasir.config.GridConfig;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.config.SecurityConfig;
import dev.kvasir.grid.hazelcast.HazelcastGrid;
import dev.kvasir.grid.ignite.IgniteGrid;
import dev.kvasir.http.client.PemTls;
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
   * @throws dev.kvasir.store.StoreException if it cannot join
   * @throws UserError if a file of its TLS cannot be used, or blocks do not fit into its heap
   */
  public static Grid open(KvasirConfig config, Map<String, String> attributes) {
    GridConfig grid = config.grid();
    return switch (grid.kind()) {
      case IGNITE -> IgniteGrid.start(ModuleSettings.ignite(grid, attributes), tls(config));
      case HAZELCAST -> {
        requireHeap(grid);
        yield HazelcastGrid.start(ModuleSettings.hazelcast(grid, attributes));
      }
      case MEMORY -> new MemoryGrid();
    };
  }

  private static void requireHeap(GridConfig grid) {
    Bytes heap = new Bytes(Runtime.getRuntime().maxMemory());
    if (grid.role() != GridConfig.Role.CLIENT && grid.memoryBytes().compareTo(heap) > 0) {
      throw new UserError(
          "grid.memory_bytes is %s, but Hazelcast keeps blocks on the heap, which is at most %s: "
                  .formatted(grid.memoryBytes(), heap)
              + "give less memory or a larger heap (KVASIR_HEAP)");
    }
  }

  private static Optional<SSLContext> tls(KvasirConfig config) {
    SecurityConfig.Tls files = config.security().tls();
    if (!config.grid().mutualTls()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          PemTls.mutual(
              files.certificate().orElseThrow(),
              files.key().orElseThrow(),
              files.authorities().orElseThrow()));
    } catch (IllegalArgumentException e) {
      throw new UserError("grid.mutual_tls: " + e.getMessage(), e);
    }
  }
}
