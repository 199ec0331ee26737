package dev.kvasir.bench.warmup;

import dev.kvasir.block.BlockKey;
import dev.kvasir.engine.BlockEncoder;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.store.BlockStore;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Asks for the blocks of questions one question after the other, as requests do: what the store has
 * is a hit, the rest is encoded and stored before the next question.
 *
 * @param lookups blocks that were asked for, each once a question
 * @param hits those that the store had
 */
public record Replay(String name, long lookups, long hits) {

  /** The part of the lookups that hit. */
  public double hitRate() {
    return lookups == 0 ? 0 : (double) hits / lookups;
  }

  static Replay run(
      String name,
      List<List<CacheableBlock>> questions,
      BlockStore store,
      BlockEncoder encoder,
      Consumer<Collection<BlockKey>> used) {
    long lookups = 0;
    long hits = 0;
    for (List<CacheableBlock> question : questions) {
      Map<BlockKey, CacheableBlock> blocks = new LinkedHashMap<>();
      question.forEach(block -> blocks.putIfAbsent(block.key(), block));
      Set<BlockKey> present = store.contains(blocks.keySet()).join();
      lookups += blocks.size();
      hits += present.size();
      used.accept(blocks.keySet());
      blocks.keySet().removeAll(present);
      CompletableFuture.allOf(
              blocks.values().stream().map(encoder::encode).toArray(CompletableFuture[]::new))
          .join();
    }
    return new Replay(name, lookups, hits);
  }
}
