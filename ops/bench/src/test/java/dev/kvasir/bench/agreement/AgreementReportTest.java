package dev.kvasir.bench.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.bench.PassageFile.Question;
import dev.kvasir.block.ElementType;
import dev.kvasir.engine.sample.LogitGap;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AgreementReportTest {
  private static final AgreementBench.Plan PLAN =
      new AgreementBench.Plan(
          List.of(new Question("q", List.of())), 4, List.of(Mode.values()), ElementType.FLOAT16, 2);

  /** Of four questions in full mode one got another token from float16, two from llama.cpp. */
  private static final AgreementReport REPORT =
      new AgreementReport(
          PLAN,
          List.of(
              full(5, 5, 1.5, 0.1, 5),
              full(5, 5, 0.75, 0.2, 7),
              full(8, 7, 0.25, 0.4, 8),
              full(9, 9, 0.5, 0.3, 1),
              outcome(Mode.BLOCKS, 5, 5, 1, 0.1, null)),
          Optional.of("llama.cpp F16"));

  @Test
  void json_outcomes_areSummedUp() {
    JsonNode report = REPORT.json(Path.of("."));

    assertThat(report.path("kv").asText()).isEqualTo("float16");
    JsonNode full = report.path("rows").get(0);
    assertThat(full.path("questions").asInt()).isEqualTo(4);
    assertThat(full.path("same_first").asInt()).isEqualTo(3);
    assertThat(full.path("share_same_first").asDouble()).isEqualTo(0.75);
    assertThat(full.path("largest_lost_margin").asDouble()).isEqualTo(0.25);
    assertThat(full.path("smallest_margin").asDouble()).isEqualTo(0.25);
    assertThat(full.path("commonest_first").asInt()).isEqualTo(2);
    assertThat(full.path("max_logit_difference").asDouble()).isEqualTo(0.4);
    assertThat(full.path("median_of_max_difference").asDouble()).isEqualTo(0.25);
    assertThat(report.path("rows").get(1).path("name").asText()).isEqualTo("blocks");
    assertThat(report.path("rows").get(1).path("same_first").asInt()).isEqualTo(1);
    JsonNode llama = report.path("llama_cpp");
    assertThat(llama.path("name").asText()).isEqualTo("llama.cpp F16");
    assertThat(llama.path("questions").asInt()).isEqualTo(4);
    assertThat(llama.path("same_first").asInt()).isEqualTo(2);
    assertThat(llama.path("largest_lost_margin").asDouble()).isEqualTo(0.75);
  }

  @Test
  void json_withoutLlama_isNull() {
    List<Outcome> outcomes =
        List.of(outcome(Mode.FULL, 5, 5, 1, 0.1, null), outcome(Mode.BLOCKS, 5, 5, 1, 0.1, null));

    JsonNode report = new AgreementReport(PLAN, outcomes, Optional.empty()).json(Path.of("."));

    assertThat(report.path("llama_cpp").isNull()).isTrue();
  }

  @Test
  void table_modesAndLlama_haveALineEach() {
    assertThat(REPORT.table().lines())
        .anyMatch(line -> line.startsWith("full") && line.contains("3 of 4"))
        .anyMatch(line -> line.startsWith("blocks") && line.contains("1 of 1"))
        .anyMatch(line -> line.endsWith("llama.cpp F16: 2 of 4, lost margin 0.75"));
  }

  private static Outcome full(
      int first, int reference, double margin, double difference, int llama) {
    return outcome(Mode.FULL, first, reference, margin, difference, llama);
  }

  private static Outcome outcome(
      Mode mode,
      int first,
      int reference,
      double margin,
      double difference,
      @Nullable Integer llama) {
    LogitGap gap = new LogitGap(first, reference, margin, difference, 0.01, 1e-6);
    return new Outcome("q", mode, ElementType.FLOAT16, 4, 700, gap, llama);
  }
}
