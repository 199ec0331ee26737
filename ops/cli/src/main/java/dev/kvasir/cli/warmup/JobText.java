package dev.kvasir.cli.warmup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.cli.console.TextTable;
import java.util.Locale;

/** Jobs and plans as text. */
public final class JobText {
  private static final double MEBI = 1 << 20;
  private static final int SHOWN = 10;

  private JobText() {}

  /** What a corpus comes to. */
  public static String plan(JsonNode plan) {
    String time =
        plan.path("estimated_seconds").isNumber()
            ? "about %s at %,.0f tokens/s"
                .formatted(
                    duration(plan.path("estimated_seconds").asDouble()),
                    plan.path("tokens_per_second").asDouble())
            : "unknown until this cluster has run a warm-up";
    return """
    passages   %,d, of which %,d different
    present    %,d blocks, %,.1f MiB
    new        %,d blocks, %,d tokens, about %,.1f MiB
    time       %s
    %s\
    """
        .formatted(
            plan.path("passages").asLong(),
            plan.path("blocks").asLong(),
            plan.path("present_blocks").asLong(),
            plan.path("present_bytes").asLong() / MEBI,
            plan.path("new_blocks").asLong(),
            plan.path("new_tokens").asLong(),
            plan.path("new_bytes").asLong() / MEBI,
            time,
            problems(plan.path("faulty_items").asLong(), plan.path("problems")));
  }

  private static String duration(double seconds) {
    return seconds < 90 ? "%.0f s".formatted(seconds) : "%.1f minutes".formatted(seconds / 60);
  }

  /** What a job has done. */
  public static String job(JsonNode job) {
    JsonNode progress = job.path("progress");
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "warm-up %s is %s: %,d of %,d blocks%n",
            job.path("id").asText(),
            job.path("state").asText(),
            progress.path("done").asLong(),
            progress.path("blocks").asLong()));
    if (job.path("problem").isTextual()) {
      text.append(job.path("problem").asText()).append('\n');
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%,d encoded (%,d tokens, %,.1f MiB, %,.0f tokens/s), %,d found, %,d deleted meanwhile,"
                + " %,d failed%n",
            progress.path("encoded").asLong(),
            progress.path("encoded_tokens").asLong(),
            progress.path("encoded_bytes").asLong() / MEBI,
            progress.path("tokens_per_second").asDouble(),
            progress.path("found").asLong(),
            progress.path("refused").asLong(),
            progress.path("failed").asLong()));
    if (progress.path("present").isNumber()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%,d of %,d blocks are in the grid%n",
              progress.path("present").asLong(),
              progress.path("blocks").asLong()));
    }
    return text.append(problems(progress.path("failed").asLong(), progress.path("problems")))
        .toString();
  }

  /** All jobs. */
  public static String table(JsonNode jobs) {
    TextTable table =
        TextTable.of("id", "state", "done>", "blocks>", "tokens/s>", "scope", "corpus", "created");
    jobs.forEach(job ->
        table.row(
            job.path("id").asText(),
            job.path("state").asText(),
            job.at("/progress/done").asLong(),
            job.at("/progress/blocks").asLong(),
            "%.0f".formatted(job.at("/progress/tokens_per_second").asDouble()),
            job.path("scope").asText(),
            TextTable.shorten(job.at("/corpus/path").asText(), 40),
            job.path("created_at").asText()));
    return table.toString();
  }

  private static String problems(long count, JsonNode problems) {
    StringBuilder text = new StringBuilder();
    int shown = 0;
    for (JsonNode problem : problems) {
      if (shown++ < SHOWN) {
        text.append(
            "%s: %s%n".formatted(problem.path("where").asText(), problem.path("problem").asText()));
      }
    }
    if (count > SHOWN) {
      text.append("... and %d more that cannot be encoded%n".formatted(count - SHOWN));
    }
    return text.toString();
  }
}
