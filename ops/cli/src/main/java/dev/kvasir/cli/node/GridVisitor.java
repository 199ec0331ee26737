package dev.kvasir.cli.node;

import dev.kvasir.cli.console.UserError;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.grid.Grid;
import java.util.Map;

/** A process that only looks at a grid. Owns its place in it. */
public record GridVisitor(Grid grid) implements RunningNode {

  /**
   * Joins the grid.
   *
   * @throws UserError if it cannot, or no other process can be in it
   */
  public static GridVisitor open(KvasirConfig config) {
    WarmUpNode.requireCluster(config.grid());
    try {
      return new GridVisitor(Grids.open(config, Map.of()));
    } catch (StoreException e) {
      throw new UserError(e);
    }
  }

  @Override
  public void close() {
    grid.close();
  }
}
