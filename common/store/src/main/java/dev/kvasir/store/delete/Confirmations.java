package dev.kvasir.store.delete;

import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.Topic;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Who has dropped what a tombstone takes away. Each process says so on a topic, as {@code
 * GENERATION MEMBER}, once its own copies are gone. Thread-safe.
 */
final class Confirmations {
  static final String TOPIC = "deleted";

  private final Grid grid;
  private final Topic topic;

  Confirmations(Grid grid) {
    this.grid = grid;
    topic = grid.topic(TOPIC);
  }

  static String message(long generation, Member member) {
    return generation + " " + member.id();
  }

  /** Listens from now on; must be called before the tombstone is written. */
  Listening listen() {
    return new Listening();
  }

  /** Who answered so far. Ends when it is closed. */
  final class Listening implements AutoCloseable {
    private final Set<String> heard = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> complete = new CompletableFuture<>();
    private final Subscription subscription = topic.subscribe(this::hear);
    private volatile String generation = "";

    private void hear(String message) {
      heard.add(message);
      check();
    }

    private void check() {
      if (!generation.isEmpty() && missing().isEmpty()) {
        complete.complete(null);
      }
    }

    /** Completes when every member has confirmed the generation, or when time is up. */
    CompletableFuture<Void> await(long awaited, Duration patience) {
      generation = Long.toString(awaited);
      check();
      return complete.completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    Set<String> confirmed() {
      return grid.members().stream()
          .map(Member::id)
          .filter(id -> heard.contains(generation + " " + id))
          .collect(Collectors.toUnmodifiableSet());
    }

    Set<String> missing() {
      return grid.members().stream()
          .map(Member::id)
          .filter(id -> !heard.contains(generation + " " + id))
          .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void close() {
      subscription.close();
    }
  }
}
