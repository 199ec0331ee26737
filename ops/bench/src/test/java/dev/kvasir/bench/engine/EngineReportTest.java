package dev.kvasir.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvasir.bench.roofline.Roofline;
import dev.kvasir.block.TokenIds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineReportTest {
  private static final Spread OWN = Spread.of(List.of(3.0, 1.0, 2.0));
  private static final Optional<Spread> RIVAL = Optional.of(new Spread(8, 7, 9));
  private static final EngineReport REPORT =
      new EngineReport(
          List.of(
              new Row("a", "tokens/s", OWN, RIVAL, "r", Row.RatioOf.OWN_TO_RIVAL),
              new Row("b", "ms", OWN, RIVAL, "r", Row.RatioOf.RIVAL_TO_OWN),
              new Row("c", "ms", OWN, Optional.empty(), "none", Row.RatioOf.RIVAL_TO_OWN)),
          new Roofline(1, 2, 3, 4),
          Optional.empty());

  @TempDir Path folder;

  @Test
  void write_rows_haveExactlyTheAgreedShape() throws IOException {
    Path file = folder.resolve("engine.json");
    REPORT.write(file, folder);

    JsonNode expected =
        new ObjectMapper()
            .readTree(
                """
                [{"work":"a","unit":"tokens/s","own":2.0,"rival":8.0,"rival_name":"r","ratio":0.25,
                  "own_min":1.0,"own_max":3.0,"rival_min":7.0,"rival_max":9.0},
                 {"work":"b","unit":"ms","own":2.0,"rival":8.0,"rival_name":"r","ratio":4.0,
                  "own_min":1.0,"own_max":3.0,"rival_min":7.0,"rival_max":9.0},
                 {"work":"c","unit":"ms","own":2.0,"rival":null,"rival_name":"none","ratio":null,
                  "own_min":1.0,"own_max":3.0,"rival_min":null,"rival_max":null}]\
                """);
    JsonNode actual = new ObjectMapper().readTree(file.toFile());
    assertThat(actual.path("rows").toString()).isEqualTo(expected.toString());
    assertThat(actual.path("machine").path("llama_cpp").isNull()).isTrue();
    assertThat(actual.path("machine").path("cores").asInt()).isPositive();
    assertThat(actual.path("roofline").path("read_gb_per_s_2_threads").asDouble()).isEqualTo(4);
  }

  @Test
  void table_missingRival_showsADash() {
    assertThat(REPORT.table()).contains("4.00", "none").containsPattern("c +ms +2\\.00 .* - ");
  }

  @Test
  void of_unknownWork_namesTheKnownOnes() {
    assertThat(Work.of("decode-8")).isEqualTo(Work.DECODE_8);
    assertThatThrownBy(() -> Work.of("decode-9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("decode-9", "prefill-512", "rss");
  }

  @Test
  void cut_tokens_areAllThereInOrderAndEvenly() {
    int[] ids = IntStream.range(0, 4096).toArray();

    List<TokenIds> blocks = EncodeWork.cut(TokenIds.of(ids));

    assertThat(blocks).hasSize(26).allMatch(block -> block.size() == 157 || block.size() == 158);
    int[] joined = blocks.stream().flatMapToInt(block -> Arrays.stream(block.toArray())).toArray();
    assertThat(joined).isEqualTo(ids);
  }
}
