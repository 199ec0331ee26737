package dev.kvasir.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.kvasir.block.ChunkPlan.Span;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChunkPlanTest {
  private static final KvGeometry SMOL = new KvGeometry(30, 3, 64);
  private static final List<ElementType> TYPES = List.of(ElementType.values());

  @Test
  void of_shortBlock_isOneChunk() {
    ChunkPlan plan = ChunkPlan.of(SMOL, 30, ElementType.FLOAT16);
    assertThat(plan.count()).isEqualTo(1);
    assertThat(plan.span(0)).isEqualTo(new Span(0, 30, 0, 30));
  }

  @Test
  void of_passageOf100Tokens_isThreeRunsOfTenLayers() {
    ChunkPlan plan = ChunkPlan.of(SMOL, 100, ElementType.FLOAT16);
    assertThat(plan.count()).isEqualTo(3);
    assertThat(plan.span(1)).isEqualTo(new Span(10, 10, 0, 100));
  }

  @Test
  void of_passageOf100TokensInInt8_isTwoRunsOfFifteenLayers() {
    ChunkPlan plan = ChunkPlan.of(SMOL, 100, ElementType.INT8);
    assertThat(SMOL.bytes(100, ElementType.INT8)).isEqualTo(30 * 3 * 100 * 2 * (64 + 4));
    assertThat(plan.count()).isEqualTo(2);
    assertThat(plan.span(1)).isEqualTo(new Span(15, 15, 0, 100));
  }

  @Test
  void of_layerLargerThanAChunk_splitsByToken() {
    ChunkPlan plan = ChunkPlan.of(SMOL, 4096, ElementType.FLOAT16);
    assertThat(plan.count()).isEqualTo(30 * 4);
    assertThat(plan.span(5)).isEqualTo(new Span(1, 1, 1024, 1024));
  }

  @Test
  void of_anyShape_coversEveryRowOnceInChunksOfTheRightSize() {
    Random random = new Random(1);
    for (int round = 0; round < 2000; round++) {
      KvGeometry geometry =
          new KvGeometry(1 + random.nextInt(80), 1 << random.nextInt(4), 32 << random.nextInt(3));
      int tokens = 1 + random.nextInt(1 << (1 + random.nextInt(13)));
      ElementType type = TYPES.get(random.nextInt(TYPES.size()));
      check(ChunkPlan.of(geometry, tokens, type), geometry, tokens, type);
    }
  }

  private static void check(ChunkPlan plan, KvGeometry geometry, int tokens, ElementType type) {
    long tokenBytes = geometry.bytes(1, type) / geometry.layers();
    int layer = 0;
    int token = 0;
    for (int i = 0; i < plan.count(); i++) {
      Span span = plan.span(i);
      assertThat(span.firstLayer()).isEqualTo(layer);
      assertThat(span.firstToken()).isEqualTo(token);
      long bytes = tokenBytes * span.layers() * span.tokens();
      assertThat(bytes).isLessThanOrEqualTo(ChunkPlan.MAX_BYTES);
      if (plan.count() > 1) {
        assertThat(bytes).isGreaterThanOrEqualTo(ChunkPlan.MIN_BYTES);
      }
      token = (token + span.tokens()) % tokens;
      layer += token == 0 ? span.layers() : 0;
    }
    assertThat(layer).isEqualTo(geometry.layers());
    assertThat(token).isZero();
  }

  @Test
  void of_impossibleShapes_areRefused() {
    refused(SMOL, 0);
    refused(SMOL, Integer.MAX_VALUE);
    refused(new KvGeometry(1, 65536, 65536), 1);
    refused(new KvGeometry(1, Integer.MAX_VALUE, Integer.MAX_VALUE), 1);
    refused(new KvGeometry(Integer.MAX_VALUE, 1, 1), 1);
    refused(new KvGeometry(65536, 4096, 64), 1 << 20);
  }

  private static void refused(KvGeometry geometry, int tokens) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChunkPlan.of(geometry, tokens, ElementType.FLOAT16));
  }

  @Test
  void span_noSuchChunk_isRefused() {
    ChunkPlan plan = ChunkPlan.of(SMOL, 100, ElementType.FLOAT16);
    assertThatIllegalArgumentException().isThrownBy(() -> plan.span(3));
    assertThatIllegalArgumentException().isThrownBy(() -> plan.span(-1));
  }
}
