package dev.kvasir.decode.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.decode.Completion;
import dev.kvasir.decode.testing.RecordedAnswer;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.trace.Span;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerWatchTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @Test
  void metrics_oneAnswerAndOneFailure_countBoth() {
    watch().finished(new Completion("Ada Brook", 3, Completion.FinishReason.STOP, Duration.ZERO));
    watch().failed(new IllegalStateException("no"));

    assertThat(rows("request_duration"))
        .containsExactlyInAnyOrder(
            "{error_type=\"\",gen_ai_operation_name=\"chat\"} 1",
            "{error_type=\"IllegalStateException\",gen_ai_operation_name=\"chat\"} 1");
    assertThat(rows("time_to_first_token")).containsExactly("{gen_ai_operation_name=\"chat\"} 1");
    assertThat(rows("time_per_output_token")).containsExactly("{gen_ai_operation_name=\"chat\"} 1");
  }

  /** Labels and count of each row. */
  private List<String> rows(String name) {
    String start = "gen_ai_server_" + name + "_seconds_count";
    return registry
        .scrape()
        .lines()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()))
        .toList();
  }

  private AnswerWatch watch() {
    return new AnswerWatch(
        new RecordedAnswer(),
        Span.getInvalid(),
        registry,
        Tags.of("gen_ai.operation.name", "chat"));
  }
}
