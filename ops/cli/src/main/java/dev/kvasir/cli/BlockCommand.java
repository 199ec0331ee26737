package dev.kvasir.cli;

import picocli.CommandLine.Command;

/** {@code kvasir block}. */
@Command(
    name = "block",
    description = "Exports KV blocks as Arrow streams and looks into them.",
    mixinStandardHelpOptions = true,
    subcommands = {ExportCommand.class, InspectCommand.class})
final class BlockCommand {}
