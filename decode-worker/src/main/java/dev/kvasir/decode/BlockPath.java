package dev.kvasir.decode;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether blocks may be used: for the model, and for single collections. Once closed it stays so
 * until the process starts anew, so that answers do not go to and fro. Thread-safe.
 */
public final class BlockPath {
  private final AtomicReference<Optional<String>> model;
  private final Map<String, String> collections = new ConcurrentHashMap<>();

  private BlockPath(Optional<String> refusal) {
    model = new AtomicReference<>(refusal);
  }

  /** Open for everything. */
  public static BlockPath open() {
    return new BlockPath(Optional.empty());
  }

  /** Closed for the model from the beginning, for this reason. */
  public static BlockPath closed(String sentence) {
    return new BlockPath(Optional.of(sentence));
  }

  /** Closes it for the model; the first reason stays. */
  public void stop(String sentence) {
    model.updateAndGet(known -> known.isPresent() ? known : Optional.of(sentence));
  }

  /** Closes it for a collection; the first reason stays. */
  public void stop(String collection, String sentence) {
    collections.putIfAbsent(collection, sentence);
  }

  /** Why a prompt over these collections must not use blocks, if it must not. */
  public Optional<String> refusal(Collection<String> named) {
    Optional<String> whole = model.get();
    return whole.isPresent()
        ? whole
        : named.stream()
            .flatMap(name -> Optional.ofNullable(collections.get(name)).stream())
            .findFirst();
  }

  /** Why the model must not use blocks, if it must not. */
  public Optional<String> refusal() {
    return model.get();
  }

  /** Collections that are closed, each with its reason. */
  public Map<String, String> stopped() {
    return Map.copyOf(collections);
  }
}
