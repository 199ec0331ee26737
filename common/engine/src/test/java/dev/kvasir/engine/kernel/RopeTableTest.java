package dev.kvasir.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RopeTableTest {
  private static final int HEAD_DIM = 64;
  private final RopeTable rope = new RopeTable(8192, HEAD_DIM, 100_000);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 37, 4096, 8191})
  void rotate_pair_turnsByPositionTimesFrequency(int position) {
    float[] head = new float[HEAD_DIM];
    head[3] = 2;
    float[] rotated = new float[HEAD_DIM];
    rope.rotate(head, 0, position, rotated, 0);
    double angle = position * Math.pow(100_000, -2.0 * 3 / HEAD_DIM);
    assertThat((double) rotated[3]).isCloseTo(2 * Math.cos(angle), within(1e-6));
    assertThat((double) rotated[3 + HEAD_DIM / 2]).isCloseTo(2 * Math.sin(angle), within(1e-6));
  }

  @Test
  void rotate_positionZero_changesNothing() {
    float[] head = new float[HEAD_DIM];
    head[0] = 1.5f;
    head[40] = -3;
    float[] rotated = new float[HEAD_DIM];
    rope.rotate(head, 0, 0, rotated, 0);
    assertThat(rotated).containsExactly(head);
  }
}
