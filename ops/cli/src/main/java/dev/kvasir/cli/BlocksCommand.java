package dev.kvasir.cli;

import picocli.CommandLine.Command;

/** {@code kvasir blocks}. */
@Command(
    name = "blocks",
    description = "The stored blocks of a running cluster.",
    mixinStandardHelpOptions = true,
    subcommands = {BlocksListCommand.class, BlocksShowCommand.class, BlocksDeleteCommand.class})
final class BlocksCommand {}
