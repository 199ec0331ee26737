package dev.kvasir.admin.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.admin.AdminParts;
import dev.kvasir.admin.metric.Sample;
import dev.kvasir.http.json.Json;
import dev.kvasir.store.guard.GuardNote;
import dev.kvasir.store.guard.GuardNote.Kind;
import dev.kvasir.store.guard.GuardNotes;
import dev.kvasir.warmup.job.Answers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code /guards}: whether each process may use blocks, why not, and what its audit counted.
 * Decisions are those that processes post in the grid, numbers are their metrics.
 */
final class Guards {
  private static final String SAMPLES = "kvasir_audit_samples_total";
  private static final String FIRST_TOKENS = "kvasir_audit_first_tokens_total";
  private static final String DIVERGENCE = "kvasir_audit_divergence";

  private final GuardNotes notes;
  private final Nodes nodes;

  Guards(AdminParts parts, Nodes nodes) {
    notes = new GuardNotes(parts.grid());
    this.nodes = nodes;
  }

  Reply list(Call call) {
    call.only();
    Map<String, List<GuardNote>> byNode =
        new TreeMap<>(
            Answers.await(notes.all()).stream().collect(Collectors.groupingBy(GuardNote::node)));
    Map<String, List<Sample>> metrics = nodes.metrics();
    ObjectNode answer = Json.object();
    ArrayNode data = answer.putArray("data");
    byNode.forEach(
        (node, decided) -> put(data.addObject(), decided, Optional.ofNullable(metrics.get(node))));
    return Reply.ok(answer);
  }

  private static void put(ObjectNode row, List<GuardNote> decided, Optional<List<Sample>> metrics) {
    row.put("node", decided.getFirst().node())
        .put("model", decided.getFirst().model())
        .put("answers", metrics.isPresent())
        .put("blocks", decided.stream().noneMatch(Guards::closesModel) ? "open" : "closed");
    decided.stream()
        .filter(note -> note.kind() != Kind.STOPPED)
        .findFirst()
        .ifPresentOrElse(
            gate -> row.set("gate", gate(gate, metrics.orElse(List.of()))),
            () -> row.putNull("gate"));
    metrics
        .filter(samples -> samples.stream().anyMatch(sample -> sample.name().equals(SAMPLES)))
        .ifPresentOrElse(samples -> row.set("audit", audit(samples)), () -> row.putNull("audit"));
    ArrayNode stops = row.putArray("stops");
    decided.stream().filter(note -> note.kind() == Kind.STOPPED).forEach(note -> put(stops, note));
  }

  private static boolean closesModel(GuardNote note) {
    return note.kind() == Kind.REFUSED || (note.kind() == Kind.STOPPED && note.scope().isEmpty());
  }

  private static ObjectNode gate(GuardNote note, List<Sample> samples) {
    ObjectNode gate =
        Json.object()
            .put("passed", note.kind() == Kind.PASSED)
            .put("sentence", note.sentence())
            .put("at", note.at().toString());
    put(
        gate,
        "difference",
        samples.stream()
            .filter(sample -> sample.name().equals("kvasir_block_gate_difference"))
            .mapToDouble(Sample::value)
            .findFirst());
    return gate;
  }

  private static void put(ArrayNode stops, GuardNote note) {
    stops
        .addObject()
        .put("scope", note.scope().orElse(null))
        .put("collection", note.collection().orElse(null))
        .put("sentence", note.sentence())
        .put("at", note.at().toString());
  }

  private static ObjectNode audit(List<Sample> samples) {
    long agree = (long) sum(samples, FIRST_TOKENS, "agree", "true");
    long compared = agree + (long) sum(samples, FIRST_TOKENS, "agree", "false");
    ObjectNode audit =
        Json.object()
            .put("equal", (long) sum(samples, SAMPLES, "result", "equal"))
            .put("different", (long) sum(samples, SAMPLES, "result", "different"))
            .put("compared_with_full", compared)
            .put("same_first_token", agree);
    put(audit, "agreement", mean((double) agree, compared));
    put(audit, "mean_divergence_nats", mean(sum(samples, DIVERGENCE + "_sum"), compared));
    return audit
        .put("dropped", (long) sum(samples, "kvasir_audit_dropped_total"))
        .put("failed", (long) sum(samples, "kvasir_audit_failed_total"));
  }

  private static OptionalDouble mean(double sum, long count) {
    return count > 0 ? OptionalDouble.of(sum / count) : OptionalDouble.empty();
  }

  private static double sum(List<Sample> samples, String name) {
    return samples.stream()
        .filter(sample -> sample.name().equals(name))
        .mapToDouble(Sample::value)
        .sum();
  }

  private static double sum(List<Sample> samples, String name, String label, String value) {
    return sum(samples.stream().filter(sample -> sample.label(label).equals(value)).toList(), name);
  }

  private static void put(ObjectNode node, String name, OptionalDouble value) {
    value.ifPresentOrElse(number -> node.put(name, number), () -> node.putNull(name));
  }
}
