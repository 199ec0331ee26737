package dev.kvasir.cli;

import dev.kvasir.cli.warmup.JobText;
import dev.kvasir.warmup.job.JobRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kvasir warmup plan}. */
@Command(
    name = "plan",
    description = "Says what a corpus comes to: passages, blocks, which are missing, bytes, time.",
    mixinStandardHelpOptions = true)
final class WarmupPlanCommand implements Runnable {
  @Mixin private CorpusFlags corpus = new CorpusFlags();

  @Mixin private DeskFlags flags = new DeskFlags();

  @Override
  public void run() {
    JobRequest request = corpus.request(flags.isRemote());
    flags.plan(desk -> flags.print(desk.plan(request), JobText::plan));
  }
}
