package dev.kvasir.cli;

import dev.kvasir.bench.BenchException;
import dev.kvasir.bench.BenchTarget;
import dev.kvasir.bench.Machine;
import dev.kvasir.bench.game.GameRun;
import dev.kvasir.bench.game.GameTurn;
import dev.kvasir.bench.game.PokerTable;
import dev.kvasir.cli.console.TextTable;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.cli.node.LocalNode;
import dev.kvasir.cli.node.NodeOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvasir demo poker}. */
@Command(
    name = "poker",
    description = {
      "The state of a poker game as JSON, cut into more than 300 blocks; one part changes a turn.",
      "Time to first token of each turn, beside full attention over the same tokens."
    },
    mixinStandardHelpOptions = true)
final class PokerCommand implements Runnable {
  @Option(
      names = "--turns",
      description = "Turns after the first (default: ${DEFAULT-VALUE}).",
      defaultValue = "5")
  private int turns;

  @Option(
      names = "--actions",
      description = "Actions played before, a part each (default: ${DEFAULT-VALUE}).",
      defaultValue = "270")
  private int actions;

  @Mixin private NodeFlags flags = new NodeFlags();

  @Override
  public void run() {
    if (turns < 1 || actions < 0) {
      throw new UserError("--turns must be at least 1 and --actions at least 0");
    }
    NodeOptions options = NodeFlags.options(flags.read(Stream.empty()).value());
    UntilStopped.run(() -> LocalNode.open(options), this::play);
  }

  private void play(LocalNode node) {
    BenchTarget target =
        new BenchTarget(node.engine(), node.decode().generator(), node.layout(), node.caches());
    try {
      List<GameTurn> played =
          new GameRun(target, new PokerTable(1, actions))
              .play(
                  turns,
                  turn -> System.err.println("kvasir: turn %d done".formatted(turn.number())));
      System.out.print(table(played));
      System.out.println(
          "checked: a turn encodes one block; behind cached blocks the last turn's logits are those"
              + " behind blocks encoded anew, bit for bit");
      System.out.println(
          "machine: " + Machine.line(Path.of(System.getProperty("kvasir.root", "."))));
    } catch (BenchException | IllegalArgumentException e) {
      throw new UserError(String.valueOf(e.getMessage()), e);
    }
  }

  private static TextTable table(List<GameTurn> turns) {
    TextTable table =
        TextTable.of(
            "turn>",
            "parts>",
            "tokens>",
            "encoded>",
            "blocks ms>",
            "full ms>",
            "times>",
            "changed");
    for (GameTurn turn : turns) {
      table.row(
          turn.number(),
          turn.parts(),
          turn.tokens(),
          turn.encoded(),
          Math.round(turn.blockMillis()),
          Math.round(turn.fullMillis()),
          String.format(Locale.ROOT, "%.1f", turn.fullMillis() / turn.blockMillis()),
          turn.changed());
    }
    return table;
  }
}
