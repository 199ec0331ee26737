package dev.kvasir.decode;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Whether blocks may be used: for the model, and for single parts of its documents. Once closed it
 * stays so until the process starts anew, so that answers do not go to and fro. Thread-safe.
 */
public final class BlockPath {
  /** With so many parts closed, the next one closes its scope whole. */
  private static final int MOST_PARTS = 1_000;

  private final AtomicReference<Optional<String>> model;
  private final Map<Part, String> parts = new ConcurrentHashMap<>();
  private volatile Consumer<Stop> onStop = _ -> {};

  private BlockPath(Optional<String> refusal) {
    model = new AtomicReference<>(refusal);
  }

  /**
   * Documents that are opened and closed together.
   *
   * @param scope who may share their blocks, in its canonical form
   * @param collection none: everything of that scope
   */
  public record Part(String scope, Optional<String> collection) {
    private Part whole() {
      return new Part(scope, Optional.empty());
    }
  }

  /**
   * What was closed.
   *
   * @param part empty: the whole model
   */
  public record Stop(Optional<Part> part, String sentence) {}

  /** Open for everything. */
  public static BlockPath open() {
    return new BlockPath(Optional.empty());
  }

  /** Closed for the model from the beginning, for this reason. */
  public static BlockPath closed(String sentence) {
    return new BlockPath(Optional.of(sentence));
  }

  /**
   * From now on tells the listener what is closed, once each; it is called by whoever closes it and
   * must not block.
   */
  public void onStop(Consumer<Stop> listener) {
    onStop = listener;
  }

  /**
   * Closes it; the first reason stays.
   *
   * @param part empty: for the whole model
   * @return whether it was open
   */
  public synchronized boolean stop(Optional<Part> part, String sentence) {
    if (refusal(part.stream().toList()).isPresent()) {
      return false;
    }
    Optional<Part> closed = part.map(some -> parts.size() < MOST_PARTS ? some : some.whole());
    closed.ifPresentOrElse(
        some -> parts.put(some, sentence), () -> model.set(Optional.of(sentence)));
    onStop.accept(new Stop(closed, sentence));
    return true;
  }

  /** Why a prompt over documents of these parts must not use blocks, if it must not. */
  public Optional<String> refusal(Collection<Part> of) {
    Optional<String> all = model.get();
    return all.isPresent()
        ? all
        : of.stream()
            .flatMap(part -> Stream.of(part, part.whole()))
            .flatMap(part -> Optional.ofNullable(parts.get(part)).stream())
            .findFirst();
  }

  /** Why the model must not use blocks, if it must not. */
  public Optional<String> refusal() {
    return model.get();
  }

  /** Parts that are closed, each with its reason. */
  public Map<Part, String> stopped() {
    return Map.copyOf(parts);
  }
}
