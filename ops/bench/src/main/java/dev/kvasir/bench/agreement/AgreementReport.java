package dev.kvasir.bench.agreement;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.bench.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a comparison found.
 *
 * @param llama how llama.cpp ran; empty where it is not installed
 */
public record AgreementReport(
    AgreementBench.Plan plan, List<Outcome> outcomes, Optional<String> llama) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  public AgreementReport {
    outcomes = List.copyOf(outcomes);
  }

  /** Writes the report as JSON. */
  public void write(Path file, Path root) throws IOException {
    MAPPER.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), json(root));
  }

  ObjectNode json(Path root) {
    ObjectNode report = MAPPER.createObjectNode();
    report.put("kv", type()).put("reference", "float32").put("passages", plan.passages());
    var rows = report.putArray("rows");
    for (Mode mode : plan.modes()) {
      rows.add(row(mode));
    }
    llamaSummary()
        .ifPresentOrElse(
            summary -> report.set("llama_cpp", row(summary)), () -> report.putNull("llama_cpp"));
    report.put("machine", Machine.line(root));
    return report;
  }

  private ObjectNode row(Mode mode) {
    List<Outcome> of = of(mode);
    return row(summary(mode))
        .put("smallest_margin", smallestMargin(of))
        .put("commonest_first", commonestFirst(of))
        .put("prompt_tokens_median", Summary.median(of, Outcome::tokens))
        .put("prompt_tokens_max", Summary.largest(of, Outcome::tokens))
        .put("max_logit_difference", Summary.largest(of, each -> each.gap().maxDifference()))
        .put("median_of_max_difference", Summary.median(of, each -> each.gap().maxDifference()))
        .put("median_logit_difference", Summary.median(of, each -> each.gap().medianDifference()))
        .put("max_kl", Summary.largest(of, each -> each.gap().divergence()))
        .put("median_kl", Summary.median(of, each -> each.gap().divergence()));
  }

  /** Of the reference: a token can be lost only where two logits moved by more than this. */
  private static double smallestMargin(List<Outcome> outcomes) {
    return outcomes.stream().mapToDouble(each -> each.gap().margin()).min().orElse(0);
  }

  /** How many answers begin with the commonest token: where it is nearly all, little is shown. */
  private static long commonestFirst(List<Outcome> outcomes) {
    return outcomes.stream()
        .collect(Collectors.groupingBy(each -> each.gap().first(), Collectors.counting()))
        .values()
        .stream()
        .max(Long::compare)
        .orElse(0L);
  }

  private static ObjectNode row(Summary summary) {
    return MAPPER
        .createObjectNode()
        .put("name", summary.name())
        .put("questions", summary.questions())
        .put("same_first", summary.same())
        .put("share_same_first", summary.share())
        .put("largest_lost_margin", summary.lostMargin());
  }

  private List<Outcome> of(Mode mode) {
    return outcomes.stream().filter(outcome -> outcome.mode() == mode).toList();
  }

  private Summary summary(Mode mode) {
    return Summary.of(mode.label(), of(mode), outcome -> outcome.gap().sameFirst());
  }

  private Optional<Summary> llamaSummary() {
    List<Outcome> asked = outcomes.stream().filter(each -> each.llamaFirst() != null).toList();
    return asked.isEmpty()
        ? Optional.empty()
        : Optional.of(Summary.of(llama.orElse("llama.cpp"), asked, Outcome::sameAsLlama));
  }

  /** The table that people read. */
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append("KV %s against float32, %d passages%n".formatted(type(), plan.passages()));
    text.append(
        line(
            "mode",
            "same first",
            "commonest",
            "lost margin",
            "min margin",
            "max diff",
            "its median",
            "median diff",
            "max KL",
            "median KL"));
    plan.modes().forEach(mode -> text.append(line(mode)));
    llamaSummary().ifPresent(summary -> text.append(line(summary)));
    return text.toString();
  }

  private String line(Mode mode) {
    List<Outcome> of = of(mode);
    return line(
        mode.label(),
        same(summary(mode)),
        Long.toString(commonestFirst(of)),
        small(summary(mode).lostMargin()),
        small(smallestMargin(of)),
        small(Summary.largest(of, each -> each.gap().maxDifference())),
        small(Summary.median(of, each -> each.gap().maxDifference())),
        small(Summary.median(of, each -> each.gap().medianDifference())),
        small(Summary.largest(of, each -> each.gap().divergence())),
        small(Summary.median(of, each -> each.gap().divergence())));
  }

  private static String line(Summary llama) {
    return "full, the same first token as %s: %s, lost margin %s%n"
        .formatted(llama.name(), same(llama), small(llama.lostMargin()));
  }

  private String type() {
    return plan.kv().name().toLowerCase(Locale.ROOT);
  }

  private static String same(Summary summary) {
    return "%d of %d".formatted(summary.same(), summary.questions());
  }

  private static String line(String... cells) {
    return String.format("%-8s %11s %9s %11s %10s %9s %10s %11s %9s %9s%n", (Object[]) cells);
  }

  private static String small(double value) {
    return String.format(Locale.ROOT, "%.2g", value);
  }
}
