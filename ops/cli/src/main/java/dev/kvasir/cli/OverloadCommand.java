package dev.kvasir.cli;

import dev.kvasir.cli.console.UserError;
import dev.kvasir.cli.probe.Bench;
import java.time.Duration;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvasir bench overload}. */
@Command(
    name = "overload",
    description = {
      "Many clients at once: how long those that are let in wait for their first token, compared",
      "with one client alone, and whether anybody gets another error than 429."
    },
    mixinStandardHelpOptions = true)
final class OverloadCommand implements Runnable {
  @Option(
      names = "--clients",
      description = "Clients that ask at the same time (default: ${DEFAULT-VALUE}).",
      defaultValue = "200")
  private int clients;

  @Option(
      names = "--seconds",
      description = "How long they ask (default: ${DEFAULT-VALUE}).",
      defaultValue = "120")
  private int seconds;

  @Option(
      names = "--answer-tokens",
      description = "Longest answer (default: ${DEFAULT-VALUE}).",
      defaultValue = "16")
  private int answerTokens;

  @Mixin private ProbeFlags flags = new ProbeFlags();

  @Override
  public void run() {
    if (clients < 1 || seconds < 1 || answerTokens < 1) {
      throw new UserError("--clients, --seconds and --answer-tokens must be at least 1");
    }
    flags.run(Stream.empty(), this::measure);
  }

  private Bench.Report measure(Bench bench) {
    try {
      return bench.overload(clients, Duration.ofSeconds(seconds), answerTokens, flags.seed());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("interrupted", e);
    }
  }
}
