package dev.kvasir.admin.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.admin.AdminParts;
import dev.kvasir.admin.metric.Sample;
import dev.kvasir.http.json.Json;
import dev.kvasir.store.grid.Member;
import java.net.URI;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /nodes}. */
final class Nodes {
  /** Attribute of a member: what kind of process it is, as the command that starts it. */
  static final String KIND = "kvasir.kind";

  /** Attribute of a member: where it tells its health and metrics. */
  static final String URL = "kvasir.http.url";

  private static final String WORKER_URL = "kvasir.prefill.url";

  private final AdminParts parts;

  Nodes(AdminParts parts) {
    this.parts = parts;
  }

  Reply list(Call call) {
    call.only();
    Map<String, List<Sample>> metrics = metrics();
    ObjectNode answer = Json.object();
    ArrayNode data = answer.putArray("data");
    parts.grid().members().stream()
        .sorted(Comparator.comparing(Member::id))
        .forEach(
            member -> put(data.addObject(), member, Optional.ofNullable(metrics.get(member.id()))));
    return Reply.ok(answer);
  }

  private void put(ObjectNode node, Member member, Optional<List<Sample>> metrics) {
    node.put("id", member.id())
        .put("kind", kind(member))
        .put("url", url(member).map(URI::toString).orElse(null))
        .put("self", member.id().equals(parts.grid().self().id()))
        .put("answers", metrics.isPresent());
    put(node, "blocks", metrics, "kvasir_node_blocks");
    put(node, "bytes", metrics, "kvasir_node_bytes");
    put(node, "disk_blocks", metrics, "kvasir_disk_blocks");
    put(node, "disk_bytes", metrics, "kvasir_disk_bytes");
    put(node, "encode_waiting", metrics, "kvasir_encode_waiting");
    put(node, "encoded_blocks", metrics, "kvasir_encoded_blocks_total");
  }

  /** A number that this process tells; null if it tells none. */
  private static void put(
      ObjectNode node, String name, Optional<List<Sample>> metrics, String metric) {
    metrics
        .flatMap(
            samples -> samples.stream().filter(sample -> sample.name().equals(metric)).findFirst())
        .ifPresentOrElse(sample -> node.put(name, (long) sample.value()), () -> node.putNull(name));
  }

  static String kind(Member member) {
    return member
        .attributes()
        .getOrDefault(
            KIND, member.attributes().containsKey(WORKER_URL) ? "prefill-worker" : "unknown");
  }

  static Optional<URI> url(Member member) {
    return Optional.ofNullable(member.attributes().get(URL))
        .or(() -> Optional.ofNullable(member.attributes().get(WORKER_URL)))
        .map(URI::create);
  }

  /** What every process that can be asked counts, by its id. */
  Map<String, List<Sample>> metrics() {
    Map<String, URI> processes = new HashMap<>();
    parts
        .grid()
        .members()
        .forEach(member -> url(member).ifPresent(u -> processes.put(member.id(), u)));
    return parts.metrics().of(processes);
  }
}
