package dev.kvasir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Pass.Piece;
import dev.kvasir.engine.kv.NativeKvSegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PassTest {
  private final NativeKvSegment segment =
      new NativeKvSegment(new KvGeometry(1, 1, 16), ElementType.FLOAT16, 1, () -> {});

  @AfterEach
  void close() {
    segment.close();
  }

  @Test
  void plan_fits_onePass() {
    assertThat(Pass.plan(batch(3, 5), 8))
        .containsExactly(new Pass(List.of(new Piece(0, 0, 3), new Piece(1, 0, 5))));
  }

  @Test
  void plan_longSequence_isCutInOrder() {
    assertThat(Pass.plan(batch(3, 12), 8))
        .containsExactly(
            new Pass(List.of(new Piece(0, 0, 3), new Piece(1, 0, 5))),
            new Pass(List.of(new Piece(1, 5, 12))));
  }

  @Test
  void plan_empty_noPass() {
    assertThat(Pass.plan(List.of(), 8)).isEmpty();
  }

  private List<Sequence> batch(int... lengths) {
    List<Sequence> batch = new ArrayList<>();
    for (int length : lengths) {
      batch.add(new Sequence(TokenIds.of(new int[length]), List.of(), segment, 0, false));
    }
    return batch;
  }
}
