package dev.kvasir.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.TokenIds;
import dev.kvasir.decode.Completion.FinishReason;
import dev.kvasir.decode.testing.RecordedAnswer;
import dev.kvasir.decode.testing.Rig;
import dev.kvasir.engine.OverloadedException;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.prefill.testing.Blocks;
import dev.kvasir.prefill.testing.FakeEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BlockGeneratorTest {
  private static final SegmentedPrompt PROMPT = Rig.prompt(1, 2);

  @Test
  void generate_endOfTurn_stopsWithTheTextBeforeIt() {
    try (Rig rig = new Rig()) {
      rig.script(PROMPT, "Ymir’s daughter 🌊.".getBytes(UTF_8));
      RecordedAnswer answer = rig.answer(PROMPT, AttentionMode.BLOCK, Sampling.greedy(50));
      Completion completion = answer.completion();
      assertThat(completion.text()).isEqualTo("Ymir’s daughter 🌊.");
      assertThat(completion.reason()).isEqualTo(FinishReason.STOP);
      assertThat(completion.timeToFirstToken()).isPositive();
      assertThat(String.join("", answer.deltas())).isEqualTo(completion.text());
      assertThat(answer.deltas()).contains("’", "🌊").doesNotContain("\uFFFD");
    }
  }

  @Test
  void generate_stopStringSplitOverTokens_isNeverShown() {
    try (Rig rig = new Rig()) {
      rig.script(PROMPT, "one\ntw\n\nthree".getBytes(UTF_8));
      Sampling sampling = new Sampling(50, 0, 1, OptionalLong.empty(), List.of("\n\n", "four"));
      RecordedAnswer answer = rig.answer(PROMPT, AttentionMode.BLOCK, sampling);
      assertThat(answer.completion().text()).isEqualTo("one\ntw");
      assertThat(answer.completion().reason()).isEqualTo(FinishReason.STOP);
      assertThat(String.join("", answer.deltas())).isEqualTo("one\ntw");
    }
  }

  @Test
  void generate_maxTokensInsideACharacterAndAStopString_showsWhatThereIs() {
    try (Rig rig = new Rig()) {
      rig.script(PROMPT, "ab\n🌊".getBytes(UTF_8));
      Sampling sampling = new Sampling(3, 0, 1, OptionalLong.empty(), List.of("\n\n"));
      Completion completion = rig.answer(PROMPT, AttentionMode.BLOCK, sampling).completion();
      assertThat(completion.text()).isEqualTo("ab\n");
      assertThat(completion.reason()).isEqualTo(FinishReason.LENGTH);
      assertThat(completion.completionTokens()).isEqualTo(3);
    }
  }

  @Test
  void generate_noTokensWanted_reportsThePromptOnly() {
    try (Rig rig = new Rig()) {
      RecordedAnswer answer = rig.answer(PROMPT, AttentionMode.BLOCK, Sampling.greedy(0));
      assertThat(answer.completion().text()).isEmpty();
      assertThat(answer.completion().reason()).isEqualTo(FinishReason.LENGTH);
      assertThat(answer.report().promptTokens()).isEqualTo(PROMPT.tokens());
    }
  }

  @Test
  void generate_seed_givesTheSameTextAgain() {
    try (Rig rig = new Rig()) {
      Sampling sampling = new Sampling(30, 1, 0.9, OptionalLong.of(7), List.of());
      String first = rig.answer(PROMPT, AttentionMode.BLOCK, sampling).completion().text();
      String again = rig.answer(PROMPT, AttentionMode.BLOCK, sampling).completion().text();
      assertThat(again).isEqualTo(first);
    }
  }

  @Test
  void generate_promptAndAnswerOverTheContext_isRefusedWithTheCounts() {
    try (Rig rig = new Rig()) {
      int room = FakeEngine.CONTEXT_TOKENS - PROMPT.tokens();
      assertThatThrownBy(() -> rig.answer(PROMPT, AttentionMode.FULL, Sampling.greedy(room + 1)))
          .isInstanceOf(PromptTooLongException.class)
          .hasMessageContaining("has %d tokens".formatted(PROMPT.tokens()))
          .hasMessageContaining("may have %d".formatted(room + 1))
          .hasMessageContaining("context is %d".formatted(FakeEngine.CONTEXT_TOKENS));
      assertThatThrownBy(
              () -> rig.answer(PROMPT, AttentionMode.BLOCK, Sampling.greedy(Integer.MAX_VALUE)))
          .isInstanceOf(PromptTooLongException.class);
    }
  }

  @Test
  void generate_promptThatCannotBe_isRefused() {
    try (Rig rig = new Rig()) {
      assertThatThrownBy(() -> rig.answer(new SegmentedPrompt(List.of(), TokenIds.of())))
          .isInstanceOf(IllegalArgumentException.class);
      CacheableBlock foreign =
          new CacheableBlock(
              new BlockIdentity(
                  "other model", ElementType.FLOAT16, Optional.empty(), "tests", TokenIds.of(1, 2)),
              Optional.empty());
      assertThatThrownBy(() -> rig.answer(new SegmentedPrompt(List.of(foreign), TokenIds.of(1))))
          .hasMessageContaining("another model");
    }
  }

  @Test
  void generate_blockCannotBeEncoded_failsAndOthersGoOn() {
    CacheableBlock poison = Blocks.alone(TokenIds.of(1, FakeEngine.POISON));
    try (Rig rig = new Rig()) {
      RecordedAnswer bad =
          rig.answer(
              new SegmentedPrompt(List.of(Rig.SINK, Rig.passage(1), poison), TokenIds.of(1)));
      RecordedAnswer good = rig.answer(PROMPT);
      assertThatThrownBy(bad::completion)
          .hasRootCauseMessage("no such token: id=" + FakeEngine.POISON);
      assertThat(good.completion().completionTokens()).isPositive();
    }
  }

  @Test
  void generate_tooManyRequests_saysSoAndRecovers() {
    DecodeOptions two = new DecodeOptions(1 << 20, Rig.SHORT, 1, 1, AttentionMode.BLOCK);
    try (Rig rig = new Rig(FakeEngine.small(), two)) {
      rig.engine.pause();
      RecordedAnswer running = rig.answer(PROMPT);
      RecordedAnswer waiting = rig.answer(PROMPT);
      assertThatThrownBy(() -> rig.answer(PROMPT)).isInstanceOf(OverloadedException.class);
      rig.engine.resume();
      assertThat(waiting.completion().text()).isEqualTo(running.completion().text());
      assertThat(rig.answer(PROMPT).completion().text()).isEqualTo(running.completion().text());
    }
  }

  @Test
  void cancel_whileDecoding_endsAndFreesEverythingButTheCache() {
    try (Rig rig = new Rig()) {
      rig.script(PROMPT, new byte[2_000]);
      RecordedAnswer answer = new RecordedAnswer();
      Generator.Handle handle =
          rig.start(PROMPT, AttentionMode.BLOCK, Sampling.greedy(2_000), answer);
      answer.firstDelta().orTimeout(30, TimeUnit.SECONDS).join();
      handle.cancel();
      assertThat(answer.completion().reason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(answer.completion().completionTokens()).isLessThan(2_000);
      assertThat(rig.engine.openSegments()).isEqualTo(PROMPT.blocks().size() + 1);
    }
  }

  @Test
  void cancel_whileTheFullPromptIsComputed_endsBeforeTheNextPass() {
    SegmentedPrompt prompt = Rig.prompt(1, 2, 3, 4, 5, 6);
    try (Rig rig = new Rig()) {
      rig.engine.pause();
      RecordedAnswer answer = new RecordedAnswer();
      Generator.Handle handle = rig.start(prompt, AttentionMode.FULL, Sampling.greedy(4), answer);
      while (rig.engine.arrived() == 0) {
        Thread.onSpinWait();
      }
      handle.cancel();
      rig.engine.resume();
      assertThat(answer.completion().reason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(rig.engine.computedTokens()).isEqualTo(Rig.PASS_TOKENS);
      assertThat(prompt.tokens()).isGreaterThan(2 * Rig.PASS_TOKENS);
    }
  }

  @Test
  void cancel_whileBlocksAreEncoded_endsAtOnceAndTheEncodeGoesOn() {
    try (Rig rig = new Rig()) {
      rig.engine.pause();
      RecordedAnswer impatient = new RecordedAnswer();
      Generator.Handle handle =
          rig.start(PROMPT, AttentionMode.BLOCK, Sampling.greedy(4), impatient);
      RecordedAnswer patient = rig.answer(PROMPT);
      handle.cancel();
      assertThat(impatient.completion().reason()).isEqualTo(FinishReason.CANCELLED);
      rig.engine.resume();
      assertThat(patient.completion().reason()).isNotEqualTo(FinishReason.CANCELLED);
      assertThat(rig.count("kvasir.encoded.blocks")).isEqualTo(PROMPT.blocks().size());
    }
  }

  @Test
  void cancel_whileWaitingForItsTurn_endsAtOnce() {
    DecodeOptions one = new DecodeOptions(1 << 20, Rig.SHORT, 1, 5, AttentionMode.BLOCK);
    try (Rig rig = new Rig(FakeEngine.small(), one)) {
      rig.engine.pause();
      RecordedAnswer running = rig.answer(PROMPT);
      RecordedAnswer waiting = new RecordedAnswer();
      Generator.Handle handle = rig.start(PROMPT, AttentionMode.BLOCK, Sampling.greedy(4), waiting);
      handle.cancel();
      assertThat(waiting.completion().reason()).isEqualTo(FinishReason.CANCELLED);
      rig.engine.resume();
      running.completion();
      handle.cancel();
    }
  }

  @Test
  void close_requestsRunning_cancelsThem() {
    Rig rig = new Rig();
    rig.script(PROMPT, new byte[3_000]);
    List<RecordedAnswer> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      answers.add(rig.answer(PROMPT, AttentionMode.BLOCK, Sampling.greedy(3_000)));
    }
    rig.close();
    assertThat(answers).allMatch(answer -> answer.completion().reason() == FinishReason.CANCELLED);
    assertThatThrownBy(() -> rig.answer(PROMPT)).hasMessageContaining("closed");
  }

  @Test
  void generate_500RequestsOverASmallCache_nativeMemoryDoesNotGrow() {
    DecodeOptions small = new DecodeOptions(40_000, Rig.SHORT, 8, 600, AttentionMode.BLOCK);
    try (Rig rig = new Rig(FakeEngine.small(), small)) {
      List<RecordedAnswer> answers = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        AttentionMode mode = i % 7 == 0 ? AttentionMode.FULL : AttentionMode.BLOCK;
        answers.add(rig.answer(Rig.prompt(i % 9, (i * 5 + 1) % 11), mode, Sampling.greedy(3)));
      }
      answers.forEach(RecordedAnswer::completion);
      CacheStats stats = rig.decode.cache().stats();
      assertThat(stats.evictions()).isPositive();
      assertThat(stats.bytes()).isLessThanOrEqualTo(40_000);
      assertThat(rig.engine.openSegments()).isEqualTo(stats.blocks() + 1);
      assertThat(rig.codec.allocatedBytes()).isZero();
    }
  }
}
