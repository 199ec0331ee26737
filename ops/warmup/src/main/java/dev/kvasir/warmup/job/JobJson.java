package dev.kvasir.warmup.job;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.warmup.corpus.CorpusSpec;
import dev.kvasir.warmup.job.Progress.Counts;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Jobs and plans as people and programs are shown them. */
public final class JobJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private JobJson() {}

  /** A plan; what is not known yet is null. */
  public static ObjectNode of(Plan plan) {
    ObjectNode node = NODES.objectNode();
    node.put("passages", plan.passages());
    node.put("blocks", plan.blocks());
    node.put("present_blocks", plan.presentBlocks());
    node.put("present_bytes", plan.presentBytes());
    node.put("new_blocks", plan.newBlocks());
    node.put("new_tokens", plan.newTokens());
    node.put("new_bytes", plan.newBytes());
    put(
        node,
        "tokens_per_second",
        plan.tokensPerSecond() > 0
            ? OptionalDouble.of(plan.tokensPerSecond())
            : OptionalDouble.empty());
    put(node, "estimated_seconds", plan.estimatedSeconds());
    node.put("faulty_items", plan.faultyItems());
    put(node, plan.problems());
    return node;
  }

  /**
   * A job.
   *
   * @param runner the process that runs it now
   */
  public static ObjectNode of(Job job, Optional<String> runner) {
    ObjectNode node = NODES.objectNode();
    node.put("id", job.id());
    node.put("state", job.state().label());
    node.put("problem", job.problem());
    node.put("runner", runner.orElse(null));
    node.set("corpus", of(job.request().corpus()));
    node.put("scope", job.request().scope());
    node.put("prefix", job.request().prefix().name().toLowerCase(Locale.ROOT));
    node.put("model", job.model());
    node.put("element_type", job.elementType().name().toLowerCase(Locale.ROOT));
    node.put("created_by", job.request().createdBy());
    node.put("created_at", Instant.ofEpochMilli(job.createdAtMillis()).toString());
    node.put("ended_at", time(job.endedAtMillis()));
    node.set("plan", of(job.plan()));
    node.set("progress", of(job));
    return node;
  }

  private static ObjectNode of(CorpusSpec corpus) {
    ObjectNode node = NODES.objectNode();
    node.put("path", corpus.path());
    node.put("collection", corpus.collection());
    node.put("passage_tokens", corpus.passageTokens());
    node.put("limit", corpus.limit());
    CorpusSpec.LuceneFields fields = corpus.fields();
    if (fields == null) {
      return node.putNull("fields");
    }
    node.putObject("fields")
        .put("text", fields.text())
        .put("title", fields.title())
        .put("id", fields.id());
    return node;
  }

  private static ObjectNode of(Job job) {
    Progress progress = job.progress();
    Counts counts = progress.total();
    ObjectNode node = NODES.objectNode();
    node.put("blocks", job.plan().blocks());
    node.put("done", counts.done());
    node.put("encoded", counts.encoded());
    node.put("encoded_tokens", counts.encodedTokens());
    node.put("encoded_bytes", counts.encodedBytes());
    node.put("found", counts.found());
    node.put("refused", counts.refused());
    node.put("failed", counts.failed());
    node.put("seconds", progress.busyMillis() / 1_000.0);
    put(node, "tokens_per_second", progress.tokensPerSecond());
    if (job.state() == JobState.FINISHED) {
      node.put("present", progress.present());
    } else {
      node.putNull("present");
    }
    put(node, progress.problems());
    return node;
  }

  private static @Nullable String time(long millis) {
    return millis == 0 ? null : Instant.ofEpochMilli(millis).toString();
  }

  private static void put(ObjectNode node, String name, OptionalDouble value) {
    if (value.isPresent()) {
      node.put(name, value.getAsDouble());
    } else {
      node.putNull(name);
    }
  }

  private static void put(ObjectNode node, List<ItemProblem> problems) {
    var array = node.putArray("problems");
    problems.forEach(
        item -> array.addObject().put("where", item.where()).put("problem", item.problem()));
  }
}
