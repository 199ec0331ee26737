package dev.kvasir.cli;

import picocli.CommandLine.Command;

/** {@code kvasir demo}. */
@Command(
    name = "demo",
    description = "Shows what else blocks are good for.",
    mixinStandardHelpOptions = true,
    subcommands = PokerCommand.class)
final class DemoCommand {}
