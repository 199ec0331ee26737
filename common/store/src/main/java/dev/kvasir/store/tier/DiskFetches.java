package dev.kvasir.store.tier;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Asks nodes to bring blocks back from their files: one living holder after the other, each with
 * its time, one request per block at once whoever waits for it. Thread-safe; never blocks.
 */
final class DiskFetches implements AutoCloseable {
  private static final Executor THREADS = Thread::startVirtualThread;

  private final Grid grid;
  private final DiskDirectory directory;
  private final Duration patience;
  private final Topic topic;
  private final String asker = UUID.randomUUID().toString();
  private final AtomicLong asked = new AtomicLong();
  private final Map<String, CompletableFuture<Boolean>> replies = new ConcurrentHashMap<>();
  private final Map<BlockKey, CompletableFuture<Boolean>> running = new ConcurrentHashMap<>();
  private final Subscription subscription;

  DiskFetches(Grid grid, DiskDirectory directory, Duration patience) {
    this.grid = grid;
    this.directory = directory;
    this.patience = patience;
    this.topic = grid.topic(DiskDirectory.NAME);
    this.subscription = topic.subscribe(this::heard);
  }

  /** Completes with whether the block is in memory now; never exceptionally. */
  CompletableFuture<Boolean> fetch(BlockKey key) {
    CompletableFuture<Boolean> mine = new CompletableFuture<>();
    CompletableFuture<Boolean> others = running.putIfAbsent(key, mine);
    if (others != null) {
      return others;
    }
    var _ =
        CompletableFuture.completedFuture(List.of(key))
            .thenCompose(directory::find)
            .thenCompose(found -> ask(key, holders(Optional.ofNullable(found.get(key)))))
            .whenComplete((done, failure) -> {
              running.remove(key, mine);
              mine.complete(failure == null && done);
            });
    return mine;
  }

  /** Tells all nodes to drop their files of the block. */
  void drop(BlockKey key) {
    topic.publish(new DiskMessage.Drop(key).text());
  }

  /** Ids of everybody in the grid. */
  Set<String> members() {
    return grid.members().stream().map(Member::id).collect(Collectors.toUnmodifiableSet());
  }

  /** Living nodes that have the block, in a new order each time; this one first. */
  private List<String> holders(Optional<DiskEntry> entry) {
    Set<String> members = members();
    List<String> holders =
        new ArrayList<>(entry.map(DiskEntry::nodes).map(List::copyOf).orElse(List.of()));
    holders.removeIf(node -> !members.contains(node));
    Collections.shuffle(holders);
    String self = grid.self().id();
    if (holders.remove(self)) {
      holders.addFirst(self);
    }
    return holders;
  }

  private CompletableFuture<Boolean> ask(BlockKey key, List<String> holders) {
    if (holders.isEmpty()) {
      return CompletableFuture.completedFuture(false);
    }
    String id = asker + ":" + asked.incrementAndGet();
    CompletableFuture<Boolean> reply = new CompletableFuture<>();
    replies.put(id, reply);
    topic.publish(new DiskMessage.Fetch(id, key, holders.getFirst()).text());
    return reply
        .completeOnTimeout(false, patience.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((_, _) -> replies.remove(id))
        .thenCompose(done ->
            done
                ? CompletableFuture.completedFuture(true)
                : ask(key, holders.subList(1, holders.size())));
  }

  private void heard(String text) {
    if (DiskMessage.parse(text).orElse(null) instanceof DiskMessage.Fetched fetched) {
      CompletableFuture<Boolean> reply = replies.get(fetched.id());
      if (reply != null) {
        var _ = reply.completeAsync(fetched::done, THREADS);
      }
    }
  }

  @Override
  public void close() {
    subscription.close();
    replies.values().forEach(reply -> reply.complete(false));
  }
}
