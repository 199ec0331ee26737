package dev.kvasir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.cli.warmup.JobFollower;
import dev.kvasir.cli.warmup.JobText;
import dev.kvasir.cli.warmup.WarmUpDesk;
import dev.kvasir.warmup.job.JobRequest;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code kvasir warmup run}. */
@Command(
    name = "run",
    description = {
      "Plans a job, makes it and shows how it goes until it has ended. Ctrl-C leaves it to be",
      "resumed."
    },
    mixinStandardHelpOptions = true)
final class WarmupRunCommand implements Callable<Integer> {
  @Mixin private CorpusFlags corpus = new CorpusFlags();

  @Mixin private DeskFlags flags = new DeskFlags();

  @Override
  public Integer call() {
    JobRequest request = corpus.request(flags.isRemote());
    AtomicReference<Integer> status = new AtomicReference<>(ExitCode.SOFTWARE);
    flags.run(desk -> status.set(run(desk, request)));
    return status.get();
  }

  private int run(WarmUpDesk desk, JobRequest request) {
    JsonNode job = desk.create(request);
    System.err.print(JobText.plan(job.path("plan")));
    return finish(flags, JobFollower.follow(desk, job.path("id").asText()));
  }

  /** Prints a job that was followed; status 0 if all of it is done. */
  static int finish(DeskFlags flags, JsonNode job) {
    flags.print(job, JobText::job);
    boolean done =
        job.path("state").asText().equals("finished") && job.at("/progress/failed").asLong() == 0;
    return done ? ExitCode.OK : ExitCode.SOFTWARE;
  }
}
