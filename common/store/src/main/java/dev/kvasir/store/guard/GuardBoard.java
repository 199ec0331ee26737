package dev.kvasir.store.guard;

import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.guard.GuardNote.Kind;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where one process posts what its guards decide, for everybody in the grid. What it posted in an
 * earlier life is taken down first; what it posts stays when it ends, since readers look who is
 * there. While the grid does not take a note, it is offered again every few seconds, until the
 * board is closed. Borrows the grid. Thread-safe; never blocks.
 */
public final class GuardBoard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GuardBoard.class);
  private static final long AGAIN_SECONDS = 5;

  private final String node;
  private final String model;
  private final SharedMap map;
  private final InstantSource clock;
  private final Executor later;
  private CompletableFuture<Void> posted;
  private volatile boolean closed;

  /** The board of this member of the grid, for its model. */
  public GuardBoard(Grid grid, String model, InstantSource clock) {
    this(
        grid.self().id(),
        model,
        grid.map(GuardNotes.MAP),
        clock,
        CompletableFuture.delayedExecutor(AGAIN_SECONDS, TimeUnit.SECONDS));
  }

  GuardBoard(String node, String model, SharedMap map, InstantSource clock, Executor later) {
    this.node = node;
    this.model = model;
    this.map = map;
    this.clock = clock;
    this.later = later;
    posted = untilTaken(this::takeDown);
  }

  /** The gate let the model use blocks, or did not. */
  public void gate(boolean passed, String sentence) {
    post(passed ? Kind.PASSED : Kind.REFUSED, Optional.empty(), Optional.empty(), sentence);
  }

  /**
   * The audit stopped blocks.
   *
   * @param scope empty: of the whole model
   * @param collection empty: everything of the scope
   */
  public void stopped(Optional<String> scope, Optional<String> collection, String sentence) {
    post(Kind.STOPPED, scope, collection, sentence);
  }

  private synchronized void post(
      Kind kind, Optional<String> scope, Optional<String> collection, String sentence) {
    GuardNote note =
        new GuardNote(
            kind,
            node,
            model,
            scope,
            collection,
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            sentence);
    posted = posted.thenCompose(_ -> untilTaken(() -> put(note)));
  }

  private CompletableFuture<Void> put(GuardNote note) {
    return map.putIfAbsent(note.key(), note.text(), SharedMap.FOREVER).thenApply(_ -> null);
  }

  private CompletableFuture<Void> takeDown() {
    return map.entries()
        .thenCompose(texts ->
            CompletableFuture.allOf(
                texts.entrySet().stream()
                    .filter(entry ->
                        GuardNote.parse(entry.getValue())
                            .filter(note -> note.node().equals(node))
                            .isPresent())
                    .map(entry -> map.remove(entry.getKey(), entry.getValue()))
                    .toArray(CompletableFuture[]::new)));
  }

  private CompletableFuture<Void> untilTaken(Supplier<CompletableFuture<Void>> call) {
    return closed
        ? CompletableFuture.completedFuture(null)
        : call.get()
            .exceptionallyComposeAsync(
                failure -> {
                  LOG.debug("the grid did not take what the guards decided", failure);
                  return untilTaken(call);
                },
                later);
  }

  /** Offers nothing again from now on. */
  @Override
  public void close() {
    closed = true;
  }
}
