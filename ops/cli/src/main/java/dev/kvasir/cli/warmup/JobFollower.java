package dev.kvasir.cli.warmup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.cli.console.CountedProgress;
import java.time.Duration;

/** Shows how a job goes on. */
public final class JobFollower {
  private static final Duration LOOK = Duration.ofMillis(500);

  private JobFollower() {}

  /** Returns the job once it no longer runs, or when this thread is interrupted. */
  public static JsonNode follow(WarmUpDesk desk, String id) {
    JsonNode job = desk.get(id);
    try (CountedProgress bar =
        CountedProgress.onStandardError(
            "warm-up " + id, "blocks", job.at("/progress/blocks").asLong())) {
      while (job.path("state").asText().equals("running")) {
        bar.at(job.at("/progress/done").asLong());
        Thread.sleep(LOOK);
        job = desk.get(id);
      }
      bar.at(job.at("/progress/done").asLong());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return job;
  }
}
