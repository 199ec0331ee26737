package dev.kvasir.cli;

import dev.kvasir.cli.warmup.JobFollower;
import dev.kvasir.cli.warmup.WarmUpDesk;
import dev.kvasir.cli.warmup.WarmUpDesk.Turn;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kvasir warmup resume}. */
@Command(
    name = "resume",
    description = {
      "Has a job go on where it was, if it was paused, failed or lost the process that ran it, and",
      "shows how it goes."
    },
    mixinStandardHelpOptions = true)
final class WarmupResumeCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The job.")
  private String id = "";

  @Mixin private DeskFlags flags = new DeskFlags();

  @Override
  public Integer call() {
    AtomicReference<Integer> status = new AtomicReference<>(ExitCode.SOFTWARE);
    flags.run(desk -> status.set(resume(desk)));
    return status.get();
  }

  private int resume(WarmUpDesk desk) {
    desk.turn(id, Turn.RESUME);
    return WarmupRunCommand.finish(flags, JobFollower.follow(desk, id));
  }
}
