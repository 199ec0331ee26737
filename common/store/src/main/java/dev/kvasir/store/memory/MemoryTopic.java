package dev.kvasir.store.memory;

import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.Topic;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Calls the listeners of this JVM at once. */
final class MemoryTopic implements Topic {
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

  @Override
  public void publish(String message) {
    listeners.forEach(listener -> listener.accept(message));
  }

  @Override
  public Subscription subscribe(Consumer<String> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}
