package dev.kvasir.decode.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Shows some of a decode worker's metrics once more under the names that vLLM gives them, with the
 * label {@code model_name}, so that schedulers and boards made for it find them. Borrows the
 * registry. Thread-safe.
 */
public final class VllmNames implements MultiCollector {
  private static final String MODEL = "model_name";
  private static final Map<String, String> NAMES =
      Map.of(
          "kvasir_requests_waiting", "vllm:num_requests_waiting",
          "kvasir_requests_running", "vllm:num_requests_running",
          "kvasir_local_cache_used_ratio", "vllm:kv_cache_usage_perc",
          "gen_ai_server_time_to_first_token_seconds", "vllm:time_to_first_token_seconds");

  private final PrometheusRegistry registry;
  private final String model;

  private VllmNames(PrometheusRegistry registry, String model) {
    this.registry = registry;
    this.model = model;
  }

  /** Adds them to what the registry shows of the model. */
  public static void addTo(PrometheusMeterRegistry registry, String model) {
    PrometheusRegistry shown = registry.getPrometheusRegistry();
    shown.register(new VllmNames(shown, model));
  }

  @Override
  public List<String> getPrometheusNames() {
    return List.copyOf(NAMES.values());
  }

  @Override
  public MetricSnapshots collect() {
    return new MetricSnapshots(
        registry.scrape(NAMES::containsKey).stream().flatMap(this::renamed).toList());
  }

  private Stream<MetricSnapshot> renamed(MetricSnapshot metric) {
    MetricMetadata was = metric.getMetadata();
    String name = Objects.requireNonNull(NAMES.get(was.getPrometheusName()));
    MetricMetadata metadata = new MetricMetadata(name, was.getHelp());
    return switch (metric) {
      case GaugeSnapshot gauge ->
          Stream.of(
              new GaugeSnapshot(
                  metadata, gauge.getDataPoints().stream().map(this::labelled).toList()));
      case HistogramSnapshot histogram ->
          Stream.of(
              new HistogramSnapshot(
                  metadata, histogram.getDataPoints().stream().map(this::labelled).toList()));
      default -> Stream.empty();
    };
  }

  private GaugeDataPointSnapshot labelled(GaugeDataPointSnapshot point) {
    return new GaugeDataPointSnapshot(
        point.getValue(), named(point.getLabels()), point.getExemplar());
  }

  private HistogramDataPointSnapshot labelled(HistogramDataPointSnapshot point) {
    return new HistogramDataPointSnapshot(
        point.getClassicBuckets(),
        point.getSum(),
        named(point.getLabels()),
        point.getExemplars(),
        point.getCreatedTimestampMillis());
  }

  private Labels named(Labels labels) {
    return labels.merge(Labels.of(MODEL, model));
  }
}
