package dev.kvasir.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.decode.PromptReport.BlockReport;
import dev.kvasir.decode.PromptReport.Source;
import dev.kvasir.decode.testing.Rig;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The source of a block's KV never changes a bit of the logits. */
@Timeout(60)
class HitEqualsMissTest {
  private static final SegmentedPrompt PROMPT = Rig.prompt(1, 2, 3, 4, 5);

  @Test
  void firstLogits_coldGridAndLocal_areEqualBitForBit() {
    try (Rig rig = new Rig()) {
      float[] cold = rig.logits(PROMPT);
      float[] local = rig.logits(PROMPT);
      rig.awaitStored(PROMPT);
      rig.decode.cache().clear();
      float[] grid = rig.logits(PROMPT);
      assertThat(local).containsExactly(cold);
      assertThat(grid).containsExactly(cold);
    }
  }

  @Test
  void firstLogits_cacheWarmedByOtherPrompts_areThoseOfAColdOne() {
    float[] cold = coldLogits(PROMPT);
    try (Rig rig = new Rig()) {
      rig.logits(Rig.prompt(5, 4, 3));
      rig.logits(Rig.prompt(2, 9));
      assertThat(rig.logits(PROMPT)).containsExactly(cold);
    }
  }

  @Test
  void firstLogits_otherOrder_areOthersButAgainTheSameWarmAndCold() {
    SegmentedPrompt reordered = Rig.prompt(5, 3, 1, 2, 4);
    float[] cold = coldLogits(reordered);
    try (Rig rig = new Rig()) {
      assertThat(rig.logits(PROMPT)).isNotEqualTo(cold);
      assertThat(rig.logits(reordered)).containsExactly(cold);
    }
  }

  @Test
  void firstLogits_passageTwice_isEncodedOnceAndPlacedTwice() {
    SegmentedPrompt twice = Rig.prompt(1, 2, 1);
    float[] cold = coldLogits(twice);
    try (Rig rig = new Rig()) {
      PromptReport report = rig.answer(twice).report();
      assertThat(report.blocks())
          .extracting(BlockReport::source)
          .containsExactly(Source.ENCODED, Source.ENCODED, Source.ENCODED, Source.LOCAL);
      assertThat(report.cachedTokens()).isEqualTo(Rig.passage(1).tokens().size());
      assertThat(report.computedTokens() + report.cachedTokens())
          .isEqualTo(report.promptTokens())
          .isEqualTo(twice.tokens());
      assertThat(rig.logits(twice)).containsExactly(cold).isNotEqualTo(rig.logits(Rig.prompt(1)));
    }
  }

  @Test
  void generate_coldGridAndLocal_sameTextAndHonestReports() {
    try (Rig rig = new Rig()) {
      var cold = rig.answer(PROMPT);
      String text = cold.completion().text();
      assertThat(sources(cold.report())).containsOnly(Source.ENCODED);
      assertThat(cold.report().cachedTokens()).isZero();

      var local = rig.answer(PROMPT);
      assertThat(local.completion().text()).isEqualTo(text);
      assertThat(sources(local.report())).containsOnly(Source.LOCAL);
      assertThat(local.report().computedTokens()).isEqualTo(PROMPT.finalBlock().size());

      rig.awaitStored(PROMPT);
      rig.decode.cache().clear();
      var grid = rig.answer(PROMPT);
      assertThat(grid.completion().text()).isEqualTo(text);
      assertThat(sources(grid.report())).containsOnly(Source.GRID);
      assertThat(grid.report().blocks())
          .allSatisfy(
              block -> assertThat(block.bytes()).isEqualTo(rig.stored(block.key()).sizeBytes()));
      int blockTokens = PROMPT.finalStart();
      assertThat(rig.count("kvasir.lookup.tokens")).isEqualTo(3.0 * blockTokens);
      assertThat(rig.count("kvasir.hit.tokens", "tier", "local")).isEqualTo(blockTokens);
      assertThat(rig.count("kvasir.hit.tokens", "tier", "grid")).isEqualTo(blockTokens);
    }
  }

  @Test
  void generate_fullMode_usesNoBlockAndSaysSo() {
    try (Rig rig = new Rig()) {
      var full = rig.answer(PROMPT, AttentionMode.FULL, Sampling.greedy(4));
      full.completion();
      assertThat(sources(full.report())).containsOnly(Source.FULL);
      assertThat(full.report().computedTokens()).isEqualTo(PROMPT.tokens());
      assertThat(rig.engine.computedTokens()).isEqualTo(PROMPT.tokens() + 3L);
      assertThat(rig.engine.batchSizes())
          .hasSize(Math.ceilDiv(PROMPT.tokens(), Rig.PASS_TOKENS) + 3);
    }
  }

  @Test
  void generate_answerLongerThanASegment_isTheSameWarmAndCold() {
    SegmentedPrompt prompt = Rig.prompt(1);
    try (Rig rig = new Rig()) {
      Sampling longAnswer = Sampling.greedy(700);
      byte[] script = new byte[700];
      rig.script(prompt, script);
      Completion cold = rig.answer(prompt, AttentionMode.BLOCK, longAnswer).completion();
      Completion warm = rig.answer(prompt, AttentionMode.BLOCK, longAnswer).completion();
      assertThat(cold.completionTokens()).isEqualTo(700);
      assertThat(warm.text()).isEqualTo(cold.text());
    }
  }

  private static float[] coldLogits(SegmentedPrompt prompt) {
    try (Rig rig = new Rig()) {
      return rig.logits(prompt);
    }
  }

  private static List<Source> sources(PromptReport report) {
    return report.blocks().stream().map(BlockReport::source).toList();
  }
}
