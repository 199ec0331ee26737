package dev.kvasir.store.holder;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.Topic;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Asks all nodes on a topic who has a block in memory: {@code ask ID KEY}, answered with {@code has
 * ID owner|backup MEMBER}. For operators, not for reads. Borrows the grid. Thread-safe.
 */
public final class Holders {
  static final String TOPIC = "kvasir-holders";

  private final Topic topic;

  public Holders(Grid grid) {
    topic = grid.topic(TOPIC);
  }

  /** Who says so within that time, the owner first. */
  public CompletableFuture<List<Holder>> of(BlockKey key, Duration patience) {
    String id = UUID.randomUUID().toString();
    Queue<Holder> heard = new ConcurrentLinkedQueue<>();
    Subscription hearing = topic.subscribe(message -> hear(message, id, heard));
    topic.publish("ask %s %s".formatted(id, key.hex()));
    return new CompletableFuture<Void>()
        .completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(_ -> {
          hearing.close();
          return heard.stream()
              .distinct()
              .sorted(Comparator.comparing(Holder::owner).reversed().thenComparing(Holder::member))
              .toList();
        });
  }

  private static void hear(String message, String id, Queue<Holder> heard) {
    String[] words = message.split(" ", 4);
    if (words.length == 4 && words[0].equals("has") && words[1].equals(id)) {
      heard.add(new Holder(words[3], words[2].equals("owner")));
    }
  }
}
