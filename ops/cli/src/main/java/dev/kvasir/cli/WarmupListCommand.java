package dev.kvasir.cli;

import dev.kvasir.cli.warmup.JobText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kvasir warmup list}. */
@Command(
    name = "list",
    description = "Shows all jobs, the newest first.",
    mixinStandardHelpOptions = true)
final class WarmupListCommand implements Runnable {
  @Mixin private DeskFlags flags = new DeskFlags();

  @Override
  public void run() {
    flags.look(desk -> flags.print(desk.list(), JobText::table));
  }
}
