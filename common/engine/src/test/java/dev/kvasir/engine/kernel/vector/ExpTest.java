package dev.kvasir.engine.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ExpTest {
  private static final int COUNT = 100_000;
  private static final double BOUND = 2.5e-7;

  @Test
  void decayHasTheBitsOfExpAndIsWithinItsBoundOfTheLibrary() {
    for (float x : decays()) {
      float decay = Exp.decay(Lanes.all(x)).lane(0);
      assertThat(decay).isEqualTo(Exp.exp(Lanes.all(-x)).lane(0));
      if (x <= 87) {
        assertThat(decay / Math.exp(-(double) x)).isBetween(1 - BOUND, 1 + BOUND);
      } else {
        assertThat(decay).isZero();
      }
    }
  }

  @Test
  void orderedIntsAreOrderedAsTheirFloatsAndTurnBack() {
    Random random = new Random(1);
    for (int i = 0; i < COUNT; i++) {
      float a = (float) (random.nextGaussian() * Math.exp(random.nextInt(40) - 20));
      float b = i % 100 == 0 ? -a : (float) random.nextGaussian();
      int orderedA = Ordered.of(Lanes.all(a)).lane(0);
      int orderedB = Ordered.of(Lanes.all(b)).lane(0);
      assertThat(Integer.compare(orderedA, orderedB)).isEqualTo(Float.compare(a, b));
      assertThat(Ordered.floats(Ordered.of(Lanes.all(a))).lane(0)).isEqualTo(a);
    }
  }

  private static float[] decays() {
    Random random = new Random(2);
    float[] all = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      all[i] = random.nextFloat() * (i % 2 == 0 ? 1 : 100);
    }
    float[] edges = {0f, Float.MIN_VALUE, 87f, Math.nextUp(87f), 1e30f, Float.POSITIVE_INFINITY};
    System.arraycopy(edges, 0, all, 0, edges.length);
    return all;
  }
}
