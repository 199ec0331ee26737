package dev.kvasir.cli.node;

import dev.kvasir.cli.console.UserError;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.http.access.Role;
import dev.kvasir.http.error.Failures;
import dev.kvasir.http.server.Server;
import dev.kvasir.http.server.ServerParts;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.grid.Grid;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A process that only holds blocks: a member of the grid with its files. Thread-safe. */
public final class CacheNode implements RunningNode {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final Closers closers;
  private final Storage storage;
  private final String url;

  private CacheNode(KvasirConfig config, Closers closers) {
    this.closers = closers;
    ProcessParts process = ProcessParts.of(config, "cache-node", closers);
    CompletableFuture<Storage> joined = new CompletableFuture<>();
    Server server =
        process.listen(
            ModuleSettings.server(config, config.http().host(), config.http().port()),
            new ServerParts(
                process.access(),
                Role.CLUSTER,
                process.registry(),
                process.traces(),
                Failures.none(),
                () -> joined.join().unready()));
    storage =
        Storage.open(
            process,
            ProcessAttributes.of("cache-node", Optional.of(ProcessAttributes.url(config, server))));
    joined.complete(storage);
    storage.dropDeleted(closers);
    server.serve(_ -> {});
    closers.add(server);
    url = server.url();
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

  /** Where it tells its health and its metrics. */
  public String url() {
    return url;
  }

  /** Returns when this node has been out of its grid for so long that it has to be restarted. */
  public void awaitExpulsion() throws InterruptedException {
    Expulsion expulsion = new Expulsion(() -> !grid().expelled(), PATIENCE, System::nanoTime);
    while (!expulsion.happened()) {
      Thread.sleep(LOOK_EVERY);
    }
  }

  @Override
  public void close() {
    closers.close();
  }
}
