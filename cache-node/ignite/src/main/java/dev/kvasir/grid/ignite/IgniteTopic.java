package dev.kvasir.grid.ignite;

import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.Topic;
import dev.kvasir.store.grid.table.InTurn;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.ignite.Ignite;
import org.apache.ignite.lang.IgniteBiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Messages to all nodes, clients included. Not ordered. Thread-safe; never blocks. */
final class IgniteTopic implements Topic {
  private static final Logger log = LoggerFactory.getLogger(IgniteTopic.class);

  private final String name;
  private final Ignite node;
  private final InTurn sending = new InTurn("ignite");

  IgniteTopic(String name, Ignite node) {
    this.name = name;
    this.node = node;
  }

  @Override
  public void publish(String message) {
    sending.execute(() -> send(message));
  }

  private void send(String message) {
    try {
      node.message(node.cluster()).send(name, message);
    } catch (RuntimeException e) {
      log.debug("a message to topic {} is lost: {}", name, e.getMessage());
    }
  }

  @Override
  public Subscription subscribe(Consumer<String> listener) {
    AtomicBoolean open = new AtomicBoolean(true);
    InTurn turn = new InTurn("ignite");
    IgniteBiPredicate<UUID, String> receiver =
        (_, message) -> {
          turn.execute(() -> deliver(open, listener, message));
          return open.get();
        };
    try {
      node.message().localListen(name, receiver);
    } catch (RuntimeException e) {
      throw Failures.of("ignite: subscribing to topic " + name, e);
    }
    return () -> {
      open.set(false);
      turn.execute(() -> stop(receiver));
    };
  }

  private static void deliver(AtomicBoolean open, Consumer<String> listener, String message) {
    if (open.get()) {
      listener.accept(message);
    }
  }

  private void stop(IgniteBiPredicate<UUID, String> receiver) {
    try {
      node.message().stopLocalListen(name, receiver);
    } catch (RuntimeException e) {
      log.debug("the grid is gone already: {}", e.getMessage());
    }
  }
}
