package dev.kvasir.cli;

import dev.kvasir.cli.warmup.JobText;
import dev.kvasir.cli.warmup.WarmUpDesk.Turn;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kvasir warmup cancel}. */
@Command(
    name = "cancel",
    description = "Ends a job; what it encoded stays.",
    mixinStandardHelpOptions = true)
final class WarmupCancelCommand implements Runnable {
  @Parameters(paramLabel = "ID", description = "The job.")
  private String id = "";

  @Mixin private DeskFlags flags = new DeskFlags();

  @Override
  public void run() {
    flags.look(desk -> flags.print(desk.turn(id, Turn.CANCEL), JobText::job));
  }
}
