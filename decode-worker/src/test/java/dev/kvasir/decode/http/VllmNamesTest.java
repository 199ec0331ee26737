package dev.kvasir.decode.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class VllmNamesTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @Test
  void scrape_showsTheFourUnderBothNames() {
    VllmNames.addTo(registry, "tiny");
    Gauge.builder("kvasir.requests.running", () -> 3).register(registry);
    Gauge.builder("kvasir.requests.waiting", () -> 5).register(registry);
    Gauge.builder("kvasir.local.cache.used.ratio", () -> 0.25).register(registry);
    Timer.builder("gen_ai.server.time_to_first_token")
        .tag("gen_ai.operation.name", "chat")
        .publishPercentileHistogram()
        .register(registry)
        .record(Duration.ofMillis(250));

    assertThat(registry.scrape().lines())
        .contains(
            "kvasir_requests_running 3.0",
            "# TYPE vllm:num_requests_running gauge",
            "vllm:num_requests_running{model_name=\"tiny\"} 3.0",
            "vllm:num_requests_waiting{model_name=\"tiny\"} 5.0",
            "vllm:kv_cache_usage_perc{model_name=\"tiny\"} 0.25",
            "# TYPE vllm:time_to_first_token_seconds histogram",
            "vllm:time_to_first_token_seconds_count"
                + "{gen_ai_operation_name=\"chat\",model_name=\"tiny\"} 1",
            "vllm:time_to_first_token_seconds_sum"
                + "{gen_ai_operation_name=\"chat\",model_name=\"tiny\"} 0.25")
        .anyMatch(line -> line.startsWith("vllm:time_to_first_token_seconds_bucket"));
  }

  @Test
  void scrape_nothingMeasuredYet_showsNothing() {
    VllmNames.addTo(registry, "tiny");
    assertThat(registry.scrape()).isEmpty();
  }
}
