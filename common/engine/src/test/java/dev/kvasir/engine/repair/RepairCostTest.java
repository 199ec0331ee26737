package dev.kvasir.engine.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The table of costs in the research notes: 4,096 tokens in 16 passages, 30 layers. */
class RepairCostTest {
  private static final SegmentedPrompt PROMPT =
      new SegmentedPrompt(
          IntStream.range(0, 17).mapToObj(i -> block(i == 0 ? 30 : 256)).toList(), tokens(50));

  @Test
  void tokens_ofEachRepair_areThoseOfTheTable() {
    assertThat(cost(Repair.NONE)).isZero();
    assertThat(cost(Repair.Ape.DEFAULT)).isZero();
    assertThat(cost(new Repair.Edge(2))).isEqualTo(32);
    assertThat(cost(new Repair.Edge(16))).isEqualTo(256);
    assertThat(cost(new Repair.Edge(300))).isEqualTo(4096);
    assertThat(cost(new Repair.Blend(15))).isEqualTo(615 + 4096 / 20.0, within(1e-9));
  }

  private static double cost(Repair repair) {
    return RepairCost.tokens(repair, PROMPT, 30);
  }

  private static CacheableBlock block(int tokens) {
    BlockIdentity identity =
        new BlockIdentity("feed", ElementType.FLOAT16, Optional.empty(), "test", tokens(tokens));
    return new CacheableBlock(identity, Optional.empty());
  }

  private static TokenIds tokens(int count) {
    return TokenIds.of(new int[count]);
  }
}
