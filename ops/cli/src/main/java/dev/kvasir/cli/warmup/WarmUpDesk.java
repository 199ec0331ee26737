package dev.kvasir.cli.warmup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.warmup.job.JobRequest;
import java.util.Locale;

/**
 * The warm-up jobs of a cluster, wherever they are looked at from; jobs and plans are JSON as
 * {@link dev.kvasir.warmup.job.JobJson} writes it. Every failure is a {@link
 * dev.kvasir.cli.console.UserError}. Thread-safe.
 */
public interface WarmUpDesk extends AutoCloseable {

  /** What can be done to a job. */
  enum Turn {
    PAUSE,
    RESUME,
    CANCEL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  JsonNode plan(JobRequest request);

  /** Makes a job that runs as soon as a process can run it. */
  JsonNode create(JobRequest request);

  /** All jobs as an array, the newest first. */
  JsonNode list();

  JsonNode get(String id);

  /** Does it and returns the job. */
  JsonNode turn(String id, Turn turn);

  @Override
  void close();
}
