package dev.kvasir.cli.warmup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.warmup.Runners;
import dev.kvasir.warmup.WarmUps;
import dev.kvasir.warmup.corpus.CorpusException;
import dev.kvasir.warmup.job.Job;
import dev.kvasir.warmup.job.JobBoard;
import dev.kvasir.warmup.job.JobJson;
import dev.kvasir.warmup.job.JobRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The jobs as a process sees them that is in the grid itself. With a model it runs jobs, too, until
 * it is closed. Borrows the grid.
 */
public final class GridDesk implements WarmUpDesk {
  private static final Duration LOOK = Duration.ofMillis(500);

  private final JobBoard board;
  private final Optional<WarmUps> warmUps;
  private final Optional<Runners> runners;

  private GridDesk(JobBoard board, Optional<WarmUps> warmUps, boolean runs) {
    this.board = board;
    this.warmUps = warmUps;
    runners = warmUps.filter(_ -> runs).map(jobs -> new Runners(jobs, LOOK));
  }

  /** Looks at jobs, stops and resumes them. */
  public static GridDesk looking(Grid grid) {
    return new GridDesk(new JobBoard(grid), Optional.empty(), false);
  }

  /** Also plans them. */
  public static GridDesk planning(WarmUps warmUps) {
    return new GridDesk(warmUps.board(), Optional.of(warmUps), false);
  }

  /** Also makes and runs them. */
  public static GridDesk running(WarmUps warmUps) {
    return new GridDesk(warmUps.board(), Optional.of(warmUps), true);
  }

  @Override
  public JsonNode plan(JobRequest request) {
    return asked(() -> JobJson.of(warmUps.orElseThrow().plan(request)));
  }

  @Override
  public JsonNode create(JobRequest request) {
    return asked(() -> json(warmUps.orElseThrow().create(request)));
  }

  @Override
  public JsonNode list() {
    return asked(() -> {
      ArrayNode jobs = JsonNodeFactory.instance.arrayNode();
      board.list().forEach(job -> jobs.add(json(job)));
      return jobs;
    });
  }

  @Override
  public JsonNode get(String id) {
    return asked(() -> json(known(id, board.get(id))));
  }

  @Override
  public JsonNode turn(String id, Turn turn) {
    return asked(() ->
        json(
            known(
                id,
                switch (turn) {
                  case PAUSE -> board.pause(id);
                  case RESUME -> board.resume(id);
                  case CANCEL -> board.cancel(id);
                })));
  }

  private JsonNode json(Job job) {
    return JobJson.of(job, board.runner(job.id()));
  }

  private static Job known(String id, Optional<Job> job) {
    return job.orElseThrow(
        () -> new UserError("there is no warm-up %s: kvasir warmup list shows all".formatted(id)));
  }

  private static JsonNode asked(Supplier<JsonNode> question) {
    try {
      return question.get();
    } catch (CorpusException | StoreException | IllegalStateException e) {
      throw new UserError(e);
    }
  }

  /** Lets what a running job has begun end; the job stays for whoever goes on. */
  @Override
  public void close() {
    runners.ifPresent(Runners::close);
  }
}
