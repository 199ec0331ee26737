package dev.kvasir.cli;

import picocli.CommandLine.Command;

/** {@code kvasir warmup}. */
@Command(
    name = "warmup",
    description = "Encodes a corpus before anybody asks about it, behind all live requests.",
    mixinStandardHelpOptions = true,
    subcommands = {
      WarmupRunCommand.class,
      WarmupPlanCommand.class,
      WarmupListCommand.class,
      WarmupPauseCommand.class,
      WarmupResumeCommand.class,
      WarmupCancelCommand.class
    })
final class WarmupCommand {}
