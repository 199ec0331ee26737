package dev.kvasir.engine.repair;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.Sequence.Placed;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.prompt.CacheableBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A request's own copy of the passages behind block 0, some rows of which are computed again over
 * everything before them. Block 0 is right as it is. Owns the copies until they are handed over.
 */
final class Passages {
  private final Engine engine;
  private final List<CacheableBlock> blocks;
  private final List<Placed> placed = new ArrayList<>();

  /**
   * Copies the rows; nothing of the cached ones is ever changed.
   *
   * @param blocks of the prompt, block 0 included
   * @param cached where each is
   */
  Passages(Engine engine, List<CacheableBlock> blocks, List<Placed> cached) {
    this.engine = engine;
    this.blocks = blocks;
    placed.add(cached.getFirst());
    try {
      for (Placed passage : cached.subList(1, cached.size())) {
        KvSegment copy = engine.newSegment(passage.tokens());
        placed.add(new Placed(copy, passage.start(), passage.tokens()));
        copy.fill(passage.segment());
      }
    } catch (RuntimeException | Error e) {
      copies().forEach(KvSegment::close);
      throw e;
    }
  }

  /** Block 0 and the copies, in order. */
  List<Placed> placed() {
    return placed;
  }

  List<KvSegment> copies() {
    return placed.stream().skip(1).map(Placed::segment).toList();
  }

  /** The first tokens of every passage. */
  List<Sequence> first(int tokens) {
    return replacing(passage -> IntStream.range(0, Math.min(tokens, placed.get(passage).tokens())));
  }

  /** The given share of all tokens: those whose values in layer 1 are off farthest. */
  List<Sequence> farthest(Repair.Blend share) {
    List<float[]> deviations = engine.deviations(first(Integer.MAX_VALUE));
    int count = share.of(placed.stream().skip(1).mapToInt(Placed::tokens).sum());
    boolean[][] chosen = new boolean[placed.size()][];
    Arrays.setAll(chosen, passage -> new boolean[placed.get(passage).tokens()]);
    farthest(deviations).limit(count).forEach(at -> chosen[at.passage()][at.row()] = true);
    return replacing(
        passage -> IntStream.range(0, chosen[passage].length).filter(row -> chosen[passage][row]));
  }

  private record At(int passage, int row, float deviation) {}

  private static Stream<At> farthest(List<float[]> deviations) {
    return IntStream.range(0, deviations.size())
        .boxed()
        .flatMap(i ->
            IntStream.range(0, deviations.get(i).length)
                .mapToObj(row -> new At(i + 1, row, deviations.get(i)[row])))
        .sorted(Comparator.comparingDouble(At::deviation).reversed());
  }

  private interface Rows {
    IntStream of(int passage);
  }

  /** Each passage over those before it, as this batch leaves them. */
  private List<Sequence> replacing(Rows rows) {
    List<Sequence> batch = new ArrayList<>();
    for (int passage = 1; passage < placed.size(); passage++) {
      TokenIds tokens = blocks.get(passage).tokens();
      List<Integer> chosen = rows.of(passage).boxed().toList();
      if (!chosen.isEmpty()) {
        Placed at = placed.get(passage);
        batch.add(
            Sequence.replacing(
                TokenIds.of(chosen.stream().mapToInt(tokens::at).toArray()),
                chosen,
                placed.subList(0, passage),
                at.segment(),
                at.start()));
      }
    }
    return batch;
  }
}
