package dev.kvasir.store.grid;

/** Ends what was subscribed to. */
public interface Subscription extends AutoCloseable {
  @Override
  void close();
}
