package dev.kvasir.cli;

import picocli.CommandLine.Command;

/** {@code kvasir bench}. */
@Command(
    name = "bench",
    description = "Measures; the answers are checked all along.",
    mixinStandardHelpOptions = true,
    subcommands = {
      TtftCommand.class,
      EngineCommand.class,
      GridBenchCommand.class,
      WarmupBenchCommand.class,
      AgreementCommand.class,
      KernelsCommand.class,
      RivalsCommand.class,
      IsolationCommand.class,
      OverloadCommand.class
    })
final class BenchCommand {}
