package dev.kvasir.store.delete;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.grid.SharedMap;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What was deleted and when, in generations: a deletion starts the next one, and its tombstone
 * takes away whatever began to be encoded in an earlier one. A tombstone lives long enough for
 * every encode that it defeats to have ended. Thread-safe; never blocks.
 */
public final class Tombstones {
  /** Name of the grid's map that holds them. */
  public static final String MAP = "tombstones";

  /** The store's generation; kept for ever. */
  private static final String GENERATION = "generation";

  /** Generation of the latest tombstone that lives; saves most readers a second look. */
  private static final String LATEST = "latest";

  private final SharedMap map;
  private final Duration timeToLive;

  /** One that lives. */
  public record Tombstone(Selector selector, long generation) {}

  /** Keeps tombstones in the map for this long. */
  public Tombstones(SharedMap map, Duration timeToLive) {
    this.map = map;
    this.timeToLive = timeToLive;
  }

  /** Reads an entry of the map; empty for those that count generations. */
  public static Optional<Tombstone> parse(Map.Entry<String, String> entry) {
    return entry.getKey().equals(GENERATION) || entry.getKey().equals(LATEST)
        ? Optional.empty()
        : Optional.of(
            new Tombstone(Selector.parse(entry.getKey()), Long.parseLong(entry.getValue())));
  }

  /** The store's generation now; what begins to be encoded afterwards belongs to it. */
  public CompletableFuture<Long> generation() {
    return number(GENERATION);
  }

  /** Starts the next generation and defeats everything the selector means of earlier ones. */
  public CompletableFuture<Long> bury(Selector selector) {
    return next()
        .thenCompose(generation ->
            raise(selector.text(), generation, timeToLive)
                .thenCompose(_ -> raise(LATEST, generation, timeToLive))
                .thenApply(_ -> generation));
  }

  /**
   * What the tombstones leave of these blocks: the same info, one with fewer documents, or nothing.
   */
  public CompletableFuture<Map<BlockKey, Optional<BlockInfo>>> surviving(
      Map<BlockKey, BlockInfo> blocks) {
    return surviving(latest(), blocks);
  }

  /** Generation of the latest tombstone that lives; 0 if there is none. */
  CompletableFuture<Long> latest() {
    return number(LATEST);
  }

  /**
   * What the tombstones leave, if the latest is known already.
   *
   * @param latest looked up after that began for which it is asked
   */
  CompletableFuture<Map<BlockKey, Optional<BlockInfo>>> surviving(
      CompletableFuture<Long> latest, Map<BlockKey, BlockInfo> blocks) {
    return latest.thenCompose(number -> {
      boolean all = blocks.values().stream().allMatch(info -> info.generation() >= number);
      return all
          ? CompletableFuture.completedFuture(judged(blocks, Map.of()))
          : map.getAll(texts(blocks)).thenApply(found -> judged(blocks, found));
    });
  }

  private static Set<String> texts(Map<BlockKey, BlockInfo> blocks) {
    Set<String> texts = new HashSet<>();
    blocks.forEach(
        (key, info) -> Selector.meaning(key, info).forEach(selector -> texts.add(selector.text())));
    return texts;
  }

  /** Every living tombstone and the generation, as of now. */
  public CompletableFuture<Buried> all() {
    return map.entries().thenApply(Tombstones::buried);
  }

  /**
   * Brings back what was known before, where it is not known any more; nothing gets lower. Their
   * times to live begin anew.
   */
  public CompletableFuture<Void> restore(Buried known) {
    CompletableFuture<Boolean> done = raise(GENERATION, known.generation(), SharedMap.FOREVER);
    for (Map.Entry<String, Long> tombstone : known.tombstones().entrySet()) {
      done = done.thenCompose(_ -> raise(tombstone.getKey(), tombstone.getValue(), timeToLive));
    }
    long latest = known.latest();
    return latest == 0
        ? done.thenAccept(_ -> {})
        : done.thenCompose(_ -> raise(LATEST, latest, timeToLive)).thenAccept(_ -> {});
  }

  /**
   * Starts the next generation and lifts every living tombstone to it, so that each defeats
   * whatever began to be encoded so far; their times to live begin anew.
   *
   * @return as they are then
   */
  public CompletableFuture<Buried> renew() {
    return all()
        .thenCompose(living ->
            living.tombstones().isEmpty()
                ? CompletableFuture.completedFuture(living)
                : next().thenCompose(generation -> lifted(living, generation)));
  }

  private CompletableFuture<Buried> lifted(Buried living, long generation) {
    Map<String, Long> tombstones = new HashMap<>(living.tombstones());
    tombstones.replaceAll((_, _) -> generation);
    Buried lifted = new Buried(generation, tombstones);
    return restore(lifted).thenApply(_ -> lifted);
  }

  /** How long a tombstone lives. */
  public Duration timeToLive() {
    return timeToLive;
  }

  private static Map<BlockKey, Optional<BlockInfo>> judged(
      Map<BlockKey, BlockInfo> blocks, Map<String, String> tombstones) {
    Buried buried = buried(tombstones);
    Map<BlockKey, Optional<BlockInfo>> left = HashMap.newHashMap(blocks.size());
    blocks.forEach((key, info) -> left.put(key, buried.surviving(key, info)));
    return left;
  }

  private static Buried buried(Map<String, String> entries) {
    Map<String, Long> tombstones = new HashMap<>();
    entries.forEach((key, number) -> tombstones.put(key, Long.parseLong(number)));
    Long generation = tombstones.remove(GENERATION);
    tombstones.remove(LATEST);
    return new Buried(generation == null ? 0 : generation, tombstones);
  }

  private CompletableFuture<Long> next() {
    return map.getAll(List.of(GENERATION))
        .thenCompose(found -> {
          String known = found.get(GENERATION);
          long next = known == null ? 1 : Long.parseLong(known) + 1;
          return write(GENERATION, known, next, SharedMap.FOREVER)
              .thenCompose(done -> done ? CompletableFuture.completedFuture(next) : next());
        });
  }

  /** Sets the number unless it is as high already. */
  private CompletableFuture<Boolean> raise(String key, long number, Duration life) {
    return map.getAll(List.of(key))
        .thenCompose(found -> {
          String known = found.get(key);
          if (known != null && Long.parseLong(known) >= number) {
            return CompletableFuture.completedFuture(true);
          }
          return write(key, known, number, life)
              .thenCompose(done ->
                  done ? CompletableFuture.completedFuture(true) : raise(key, number, life));
        });
  }

  private CompletableFuture<Boolean> write(
      String key, @Nullable String known, long number, Duration life) {
    String text = Long.toString(number);
    return known == null
        ? map.putIfAbsent(key, text, life).thenApply(Optional::isEmpty)
        : map.replace(key, known, text, life);
  }

  private CompletableFuture<Long> number(String key) {
    return map.getAll(List.of(key))
        .thenApply(found -> Long.parseLong(found.getOrDefault(key, "0")));
  }
}
