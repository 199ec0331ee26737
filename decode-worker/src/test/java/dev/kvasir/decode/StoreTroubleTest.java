package dev.kvasir.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.decode.PromptReport.BlockReport;
import dev.kvasir.decode.PromptReport.Source;
import dev.kvasir.decode.testing.RecordedAnswer;
import dev.kvasir.decode.testing.Rig;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.prefill.testing.WaywardStore.Mood;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store that does not work costs encodes, never an answer. */
@Timeout(60)
class StoreTroubleTest {
  private static final SegmentedPrompt PROMPT = Rig.prompt(1, 2, 3);

  @ParameterizedTest
  @EnumSource(value = Mood.class, names = "GOOD", mode = EnumSource.Mode.EXCLUDE)
  void generate_storeMisbehavesFromTheStart_sameAnswer(Mood mood) {
    String expected = expected();
    try (Rig rig = new Rig()) {
      rig.store.turn(mood);
      RecordedAnswer answer = rig.answer(PROMPT);
      assertThat(answer.completion().text()).isEqualTo(expected);
      assertThat(answer.report().blocks())
          .extracting(BlockReport::source)
          .containsOnly(Source.ENCODED);
    }
  }

  @ParameterizedTest
  @EnumSource(value = Mood.class, names = "GOOD", mode = EnumSource.Mode.EXCLUDE)
  void generate_storeTurnsBadLater_sameAnswerAndCounted(Mood mood) {
    String expected = expected();
    try (Rig rig = new Rig()) {
      rig.logits(PROMPT);
      rig.awaitStored(PROMPT);
      rig.decode.cache().clear();
      rig.store.turn(mood);
      assertThat(rig.answer(PROMPT).completion().text()).isEqualTo(expected);
      String reason =
          switch (mood) {
            case SILENT, HELD, STUCK -> "timeout";
            case GARBAGE -> "damaged";
            case GOOD, EMPTY, FAILS, THROWS, FORGETFUL, NULL -> "store_error";
          };
      assertThat(rig.count("kvasir.fallback", "reason", reason))
          .isEqualTo(mood == Mood.EMPTY ? 0 : PROMPT.blocks().size());
    }
  }

  @Test
  void firstLogits_64RequestsMissTheSameBlocks_eachIsEncodedOnce() {
    try (Rig rig = new Rig();
        var requests = Executors.newVirtualThreadPerTaskExecutor()) {
      rig.engine.pause();
      List<CompletableFuture<float[]>> waiting = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        waiting.add(CompletableFuture.supplyAsync(() -> rig.logits(PROMPT), requests));
      }
      rig.engine.resume();
      float[] first = waiting.getFirst().join();
      waiting.forEach(logits -> assertThat(logits.join()).containsExactly(first));
      assertThat(rig.engine.computedTokens())
          .isEqualTo(PROMPT.finalStart() + 64L * PROMPT.finalBlock().size());
      assertThat(rig.count("kvasir.encoded.blocks")).isEqualTo(PROMPT.blocks().size());
    }
  }

  private static String expected() {
    try (Rig rig = new Rig()) {
      return rig.answer(PROMPT).completion().text();
    }
  }
}
