package dev.kvasir.cli.node;

import dev.kvasir.cli.console.UserError;
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
   * @throws UserError if a file of its TLS cannot be used
   */
  public static Grid open(KvasirConfig config, Map<String, String> attributes) {
    GridConfig grid = config.grid();
    return switch (grid.kind()) {
      case IGNITE -> IgniteGrid.start(ModuleSettings.ignite(grid, attributes), tls(config));
      case HAZELCAST -> HazelcastGrid.start(ModuleSettings.hazelcast(grid, attributes));
      case MEMORY -> new MemoryGrid();
    };
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
