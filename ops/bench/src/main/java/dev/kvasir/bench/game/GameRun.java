package dev.kvasir.bench.game;

import dev.kvasir.bench.Asked;
import dev.kvasir.bench.BenchTarget;
import dev.kvasir.bench.Checks;
import dev.kvasir.decode.AttentionMode;
import dev.kvasir.decode.GenerationRequest;
import dev.kvasir.decode.PromptReport.Source;
import dev.kvasir.decode.Sampling;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Plays turns: the whole state is the prompt each time, as blocks and under full attention. Of a
 * turn's blocks only the changed one may be encoded, and what the last turn computes behind cached
 * blocks has to be, bit for bit, what it computes when every block is encoded anew.
 */
public final class GameRun {
  private static final String RULES =
      "You comment on a poker game. Its state follows, one part a line.\n";
  private static final String QUESTION = "\nWhat should the next player do? Answer in one word:";
  private static final int ANSWER_TOKENS = 4;

  private final BenchTarget target;
  private final PokerTable table;
  private List<String> before = List.of();

  /** Turns at this table. */
  public GameRun(BenchTarget target, PokerTable table) {
    this.target = target;
    this.table = table;
  }

  /**
   * The first turn, for which nothing is cached, and so many more.
   *
   * @throws dev.kvasir.bench.BenchException if a check fails
   */
  public List<GameTurn> play(int turns, Consumer<GameTurn> done) {
    List<GameTurn> played = new ArrayList<>();
    for (int number = 0; number <= turns; number++) {
      if (number > 0) {
        table.turn();
      }
      played.add(turn(number));
      done.accept(played.getLast());
    }
    checkLogits(prompt(before));
    return played;
  }

  private void checkLogits(SegmentedPrompt prompt) {
    float[] cached = target.generator().firstLogits(prompt, AttentionMode.BLOCK);
    target.caches().empty();
    float[] encoded = target.generator().firstLogits(prompt, AttentionMode.BLOCK);
    Checks.finite("the last turn", encoded);
    Checks.sameLogits("the last turn behind cached blocks", encoded, cached);
  }

  private GameTurn turn(int number) {
    List<String> parts = StateCutter.cut(table.state());
    List<String> changed = parts.stream().filter(part -> !before.contains(part)).toList();
    Checks.require(
        number == 0 || changed.size() == 1, "a turn changed %d parts".formatted(changed.size()));
    before = parts;
    SegmentedPrompt prompt = prompt(parts);
    Asked.Outcome blocks = ask(prompt, AttentionMode.BLOCK);
    long encoded = encoded(blocks);
    Checks.require(
        number == 0 || encoded == 1, "turn %d encoded %d blocks".formatted(number, encoded));
    Asked.Outcome full = ask(prompt, AttentionMode.FULL);
    Checks.require(
        full.report().computedTokens() == prompt.tokens(),
        "full attention did not compute every token");
    return new GameTurn(
        number,
        number == 0 ? "" : changed.getFirst().strip(),
        parts.size(),
        encoded,
        prompt.tokens(),
        millis(blocks),
        millis(full));
  }

  private static long encoded(Asked.Outcome outcome) {
    return outcome.report().blocks().stream()
        .filter(block -> block.source() == Source.ENCODED)
        .count();
  }

  private SegmentedPrompt prompt(List<String> parts) {
    List<String> blocks = new ArrayList<>(List.of(RULES));
    blocks.addAll(parts);
    blocks.add(QUESTION);
    return target.layout().raw(blocks, blocks.size(), PrefixMode.SYSTEM);
  }

  private Asked.Outcome ask(SegmentedPrompt prompt, AttentionMode mode) {
    Asked asked = new Asked();
    var _ =
        target
            .generator()
            .generate(new GenerationRequest(prompt, mode, Sampling.greedy(ANSWER_TOKENS)), asked);
    return asked.outcome(Duration.ZERO);
  }

  private static double millis(Asked.Outcome outcome) {
    return outcome.timeToFirstToken().toNanos() / 1e6;
  }
}
