package dev.kvasir.cli;

import dev.kvasir.cli.warmup.JobText;
import dev.kvasir.cli.warmup.WarmUpDesk.Turn;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kvasir warmup pause}. */
@Command(
    name = "pause",
    description = "Stops a job until it is resumed; what has begun is encoded.",
    mixinStandardHelpOptions = true)
final class WarmupPauseCommand implements Runnable {
  @Parameters(paramLabel = "ID", description = "The job.")
  private String id = "";

  @Mixin private DeskFlags flags = new DeskFlags();

  @Override
  public void run() {
    flags.look(desk -> flags.print(desk.turn(id, Turn.PAUSE), JobText::job));
  }
}
