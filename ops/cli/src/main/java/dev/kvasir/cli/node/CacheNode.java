package dev.kvasir.cli.node;

import dev.kvasir.cli.console.UserError;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.grid.Grid;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;

/** A process that only holds blocks: a member of the grid with its files. Thread-safe. */
public final class CacheNode implements RunningNode {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final Closers closers;
  private final Storage storage;

  private CacheNode(KvasirConfig config, Closers closers) {
    this.closers = closers;
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    closers.add(registry::close);
    storage = Storage.open(config, Map.of(), registry, closers);
    storage.dropDeleted(closers);
  }

  /**
   * Joins the grid.
   *
   * @throws UserError if it cannot
   */
  public static CacheNode open(KvasirConfig config) {
    Closers closers = new Closers();
    try {
      return new CacheNode(config, closers);
    } catch (RuntimeException e) {
      closers.close();
      throw e instanceof StoreException ? new UserError(e) : e;
    }
  }

  public Grid grid() {
    return storage.grid();
  }

  /** Returns when this node has been out of its grid for so long that it has to be restarted. */
  public void awaitExpulsion() throws InterruptedException {
    Expulsion expulsion = new Expulsion(grid()::healthy, PATIENCE, System::nanoTime);
    while (!expulsion.happened()) {
      Thread.sleep(LOOK_EVERY);
    }
  }

  @Override
  public void close() {
    closers.close();
  }
}
