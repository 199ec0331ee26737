package dev.kvasir.engine;

import dev.kvasir.engine.LlamaForward.Walk;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Takes turns with other passes: a turn has as many layers as are wanted, but no more work than a
 * short pass through all of them, so that nobody's answer pauses for long.
 */
final class LlamaLayeredPass implements LayeredPass {
  /** Tokens that could go through all layers in one turn. */
  private static final int TURN_TOKENS = 64;

  private final Consumer<Runnable> inTurn;
  private final LlamaForward forward;
  private final int layers;
  private final List<Walk> walks = new ArrayList<>();
  private int done;

  /**
   * @param inTurn runs a step alone in the engine
   */
  LlamaLayeredPass(Consumer<Runnable> inTurn, LlamaForward forward, int layers, Sequence whole) {
    this.inTurn = inTurn;
    this.forward = forward;
    this.layers = layers;
    int pending = 0;
    for (Pass pass : Pass.plan(List.of(whole), LlamaForward.MAX_TOKENS)) {
      walks.add(forward.begin(whole, pass, pending));
      pending += pass.tokens();
    }
  }

  @Override
  public void advance(int to) {
    for (Walk walk : walks) {
      int step = Math.max(1, TURN_TOKENS * layers / walk.pass().tokens());
      for (int from = done; from < to; from += step) {
        int first = from;
        int end = Math.min(to, from + step);
        inTurn.accept(() -> forward.layers(walk, first, end));
      }
    }
    done = Math.max(done, to);
  }

  @Override
  public float[] finish() {
    if (done < layers) {
      throw new IllegalStateException(
          "layers are not computed yet: done=%d layers=%d".formatted(done, layers));
    }
    List<float[]> logits = new ArrayList<>(List.of(new float[0]));
    for (Walk walk : walks) {
      inTurn.accept(() -> forward.end(walk, logits));
    }
    return logits.getFirst();
  }
}
