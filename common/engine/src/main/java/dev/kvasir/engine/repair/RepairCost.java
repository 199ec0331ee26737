package dev.kvasir.engine.repair;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import java.util.List;

/** What a repair makes the model compute, by one formula for all. */
public final class RepairCost {
  /** Layers of all passage tokens that CacheBlend's choice takes: of layer 1 the projections. */
  private static final double CHOICE_LAYERS = 1.5;

  private RepairCost() {}

  /**
   * Tokens that run through the model again for the repair. A token that runs through some of the
   * layers counts as that part of one.
   *
   * @param layers of the model
   */
  public static double tokens(Repair repair, SegmentedPrompt prompt, int layers) {
    List<Integer> passages =
        prompt.blocks().stream().skip(1).map(CacheableBlock::tokens).map(TokenIds::size).toList();
    int all = passages.stream().mapToInt(Integer::intValue).sum();
    return switch (repair) {
      case Repair.None _, Repair.Ape _ -> 0;
      case Repair.Edge edge ->
          passages.stream().mapToInt(passage -> Math.min(passage, edge.tokens())).sum();
      case Repair.Blend blend -> blend.of(all) + all * CHOICE_LAYERS / layers;
    };
  }
}
