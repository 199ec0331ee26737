package dev.kvasir.store.delete;

import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.Topic;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who has dropped what a tombstone takes away. Each process says so on a topic, as {@code
 * GENERATION FILES BYTES MEMBER}, once its own copies are gone; it may say so several times, and
 * the largest numbers count. Thread-safe.
 */
final class Confirmations {
  static final String TOPIC = "deleted";

  private static final Logger LOG = LoggerFactory.getLogger(Confirmations.class);

  private final Grid grid;
  private final Topic topic;

  Confirmations(Grid grid) {
    this.grid = grid;
    topic = grid.topic(TOPIC);
  }

  static String message(long generation, Removed files, Member member) {
    return "%d %d %d %s".formatted(generation, files.count(), files.bytes(), member.id());
  }

  /** What one member says of one generation. */
  private record Said(long generation, String member) {}

  /** Listens from now on; must be called before the tombstone is written. */
  Listening listen() {
    return new Listening();
  }

  /** Who answered so far. Ends when it is closed. */
  final class Listening implements AutoCloseable {
    private final Map<Said, Removed> heard = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> complete = new CompletableFuture<>();
    private volatile OptionalLong generation = OptionalLong.empty();

    /** Made last: messages come before it is there. */
    private final Subscription subscription = topic.subscribe(this::hear);

    private void hear(String message) {
      String[] words = message.split(" ", 4);
      try {
        heard.merge(
            new Said(Long.parseLong(words[0]), words[3]),
            new Removed(Long.parseLong(words[1]), Long.parseLong(words[2])),
            (one, other) -> one.count() > other.count() ? one : other);
        check();
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        LOG.warn("not a confirmation of a deletion: \"{}\"", message);
      }
    }

    private void check() {
      if (generation.isPresent() && missing().isEmpty()) {
        complete.complete(null);
      }
    }

    /** Completes when every member has confirmed the generation, or when time is up. */
    CompletableFuture<Void> await(long awaited, Duration patience) {
      generation = OptionalLong.of(awaited);
      check();
      return complete.completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    Set<String> confirmed() {
      return members().filter(this::hasSaid).collect(Collectors.toUnmodifiableSet());
    }

    Set<String> missing() {
      return members().filter(id -> !hasSaid(id)).collect(Collectors.toUnmodifiableSet());
    }

    /** What the members have dropped that confirmed, together. */
    Removed files() {
      return confirmed().stream()
          .map(id -> heard.getOrDefault(new Said(generation.orElse(0), id), Removed.NOTHING))
          .reduce(Removed.NOTHING, Removed::and);
    }

    private Stream<String> members() {
      return grid.members().stream().map(Member::id);
    }

    private boolean hasSaid(String id) {
      return heard.containsKey(new Said(generation.orElse(0), id));
    }

    @Override
    public void close() {
      subscription.close();
    }
  }
}
