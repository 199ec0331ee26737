package dev.kvasir.grid.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.topic.ITopic;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.Topic;
import dev.kvasir.store.grid.table.GridCalls;
import dev.kvasir.store.grid.table.InTurn;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages through an {@code ITopic}, in order for each sender. A reliable topic would store the
 * messages and, once its ring is full of them, hold up the sender or drop the oldest; nothing here
 * needs messages of the past. Thread-safe; only {@link #subscribe} blocks, until the grid knows.
 */
final class HazelcastTopic implements Topic {
  static final String PREFIX = "kvasir-topic-";

  private static final Logger log = LoggerFactory.getLogger(HazelcastTopic.class);

  private final String name;
  private final HazelcastInstance instance;
  private final GridCalls calls;
  private final Duration deadline;
  private final InTurn sending;

  /** Borrows the member or client; a subscription that takes longer than the deadline fails. */
  HazelcastTopic(String name, HazelcastInstance instance, GridCalls calls, Duration deadline) {
    this.name = name;
    this.instance = instance;
    this.calls = calls;
    this.deadline = deadline;
    this.sending = new InTurn(calls.grid());
  }

  @Override
  public void publish(String message) {
    sending.execute(() -> send(message));
  }

  private void send(String message) {
    try {
      var _ =
          topic()
              .publishAsync(message)
              .whenComplete((_, error) -> {
                if (error != null) {
                  lost(error);
                }
              });
    } catch (RuntimeException e) {
      lost(e);
    }
  }

  private void lost(Throwable error) {
    log.debug("a message to topic {} is lost: {}", name, error.getMessage());
  }

  @Override
  public Subscription subscribe(Consumer<String> listener) {
    AtomicBoolean open = new AtomicBoolean(true);
    InTurn turn = new InTurn(calls.grid());
    UUID id =
        calls.join(
            calls.answer(
                "subscribing to topic " + name,
                calls.run(() ->
                    topic()
                        .addMessageListener(message ->
                            turn.execute(
                                () -> deliver(open, listener, message.getMessageObject())))),
                deadline));
    return () -> {
      open.set(false);
      turn.execute(() -> stop(id));
    };
  }

  private static void deliver(AtomicBoolean open, Consumer<String> listener, String message) {
    if (open.get()) {
      listener.accept(message);
    }
  }

  private void stop(UUID id) {
    try {
      topic().removeMessageListener(id);
    } catch (RuntimeException e) {
      log.debug("the grid is gone already: {}", e.getMessage());
    }
  }

  private ITopic<String> topic() {
    return instance.getTopic(PREFIX + name);
  }
}
