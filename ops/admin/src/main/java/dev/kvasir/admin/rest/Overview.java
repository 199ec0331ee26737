package dev.kvasir.admin.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.admin.AdminParts;
import dev.kvasir.admin.metric.Histogram;
import dev.kvasir.admin.metric.Sample;
import dev.kvasir.http.json.Json;
import dev.kvasir.store.StoreStats;
import dev.kvasir.store.grid.Member;
import dev.kvasir.warmup.job.Job;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** {@code /overview}: what the whole cluster does, out of what its processes count. */
final class Overview {
  private static final String TTFT = "kvasir_time_to_first_token_seconds";

  private final AdminParts parts;
  private final Nodes nodes;

  Overview(AdminParts parts, Nodes nodes) {
    this.parts = parts;
    this.nodes = nodes;
  }

  Reply show(Call call) {
    call.only();
    Map<String, List<Sample>> metrics = nodes.metrics();
    List<Sample> all = metrics.values().stream().flatMap(Collection::stream).toList();
    ObjectNode answer = Json.object();
    answer
        .put("at", Instant.now().toString())
        .put("version", parts.settings().version())
        .put("grid", parts.grid().name())
        .put("healthy", parts.grid().healthy())
        .put("last_event_id", parts.events().now().text());
    answer.set("nodes", members(metrics));
    answer.set("blocks", blocks(all));
    answer.set("tokens", tokens(all));
    answer.set("ttft", firstTokens(all));
    answer.set("encode", encode(metrics));
    answer.set("warmups", warmUps());
    return Reply.ok(answer);
  }

  private ObjectNode members(Map<String, List<Sample>> metrics) {
    List<Member> members = parts.grid().members();
    ObjectNode node = Json.object().put("total", members.size());
    ObjectNode kinds = node.putObject("by_kind");
    new TreeMap<>(
            members.stream().collect(Collectors.groupingBy(Nodes::kind, Collectors.counting())))
        .forEach(kinds::put);
    ArrayNode silent = node.putArray("silent");
    members.stream()
        .map(Member::id)
        .filter(id -> !metrics.containsKey(id))
        .sorted()
        .forEach(silent::add);
    return node;
  }

  private ObjectNode blocks(List<Sample> all) {
    StoreStats stats = parts.blocks().stats();
    return Json.object()
        .put("count", stats.blocks())
        .put("bytes", stats.bytes())
        .put("memory_bytes", (long) sum(all, "kvasir_node_bytes"))
        .put("disk_bytes", (long) sum(all, "kvasir_disk_bytes"))
        .put("local_cache_bytes", (long) sum(all, "kvasir_local_cache_bytes"))
        .put("evictions", (long) sum(all, "kvasir_node_evictions_total"))
        .put("integrity_failures", (long) sum(all, "kvasir_integrity_failures_total"));
  }

  private static ObjectNode tokens(List<Sample> all) {
    double asked = sum(all, "kvasir_lookup_tokens_total");
    double hits = sum(all, "kvasir_hit_tokens_total");
    ObjectNode node = Json.object().put("looked_up", (long) asked).put("not_computed", (long) hits);
    ObjectNode tiers = node.putObject("by_source");
    for (String tier : List.of("local", "grid", "disk")) {
      tiers.put(
          tier,
          (long)
              sum(
                  all,
                  sample ->
                      sample.name().equals("kvasir_hit_tokens_total")
                          && sample.label("tier").equals(tier)));
    }
    tiers.put("encoded", (long) Math.max(0, asked - hits));
    put(node, "hit_rate", asked > 0 ? OptionalDouble.of(hits / asked) : OptionalDouble.empty());
    return node;
  }

  /** A distribution for each way that the cache was used. */
  private static ArrayNode firstTokens(List<Sample> all) {
    Map<String, List<Sample>> bySource =
        new TreeMap<>(
            all.stream()
                .filter(sample -> sample.name().equals(TTFT + "_bucket"))
                .collect(
                    Collectors.groupingBy(
                        sample -> sample.label("mode") + " " + sample.label("cache"))));
    ArrayNode rows = Json.object().putArray("rows");
    bySource.forEach((_, buckets) -> {
      Sample first = buckets.getFirst();
      Histogram histogram = Histogram.of(buckets);
      ObjectNode row =
          rows.addObject()
              .put("mode", first.label("mode"))
              .put("cache", first.label("cache"))
              .put("count", histogram.count());
      put(row, "p50_seconds", histogram.quantile(0.5));
      put(row, "p95_seconds", histogram.quantile(0.95));
      put(row, "p99_seconds", histogram.quantile(0.99));
      ArrayNode bounds = row.putArray("buckets");
      histogram
          .counts()
          .forEach((bound, count) -> {
            ObjectNode bucket = bounds.addObject();
            put(
                bucket,
                "le_seconds",
                Double.isFinite(bound) ? OptionalDouble.of(bound) : OptionalDouble.empty());
            bucket.put("count", count);
          });
    });
    return rows;
  }

  private static ArrayNode encode(Map<String, List<Sample>> metrics) {
    ArrayNode workers = Json.object().putArray("workers");
    new TreeMap<>(metrics)
        .forEach((id, samples) -> {
          if (samples.stream().anyMatch(s -> s.name().equals("kvasir_encode_waiting"))) {
            workers
                .addObject()
                .put("node", id)
                .put("waiting", (long) sum(samples, "kvasir_encode_waiting"))
                .put("encoded_blocks", (long) sum(samples, "kvasir_encoded_blocks_total"))
                .put("encoded_tokens", (long) sum(samples, "kvasir_encoded_tokens_total"));
          }
        });
    return workers;
  }

  private ObjectNode warmUps() {
    ObjectNode states = Json.object();
    Map<String, Long> counts =
        parts.warmUps().board().list().stream()
            .map(Job::state)
            .collect(Collectors.groupingBy(state -> state.label(), Collectors.counting()));
    new TreeMap<>(counts).forEach(states::put);
    return states;
  }

  private static double sum(List<Sample> samples, String name) {
    return sum(samples, sample -> sample.name().equals(name));
  }

  private static double sum(List<Sample> samples, Predicate<Sample> wanted) {
    return samples.stream().filter(wanted).mapToDouble(Sample::value).sum();
  }

  private static void put(ObjectNode node, String name, OptionalDouble value) {
    if (value.isPresent()) {
      node.put(name, value.getAsDouble());
    } else {
      node.putNull(name);
    }
  }
}
