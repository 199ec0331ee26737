package dev.kvasir.store.event;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.Topic;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Events of a grid's blocks, on a topic: whoever is cut off misses some, and learns of it from the
 * numbers of later ones. Borrows the grid. Thread-safe; never blocks.
 */
public final class BlockEvents {
  /** Name of the topic. */
  public static final String TOPIC = "kvasir-events";

  private final Topic topic;
  private final String member;
  private final String stream = UUID.randomUUID().toString().substring(0, 8);
  private final AtomicLong told = new AtomicLong();

  public BlockEvents(Grid grid) {
    topic = grid.topic(TOPIC);
    member = grid.self().id();
  }

  /** Tells everybody what this process did. */
  public void tell(BlockEvent.Kind kind, BlockKey key, long bytes, Optional<String> scope) {
    BlockEvent.Origin origin = new BlockEvent.Origin(member, stream, told.incrementAndGet());
    topic.publish(new BlockEvent(kind, key, bytes, scope, origin).text());
  }

  /** Hands every event to the listener, which must not block, until it is closed. */
  public Subscription subscribe(Consumer<BlockEvent> listener) {
    return topic.subscribe(message -> BlockEvent.parse(message).ifPresent(listener));
  }
}
