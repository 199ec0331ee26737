package dev.kvasir.bench.eval;

import dev.kvasir.bench.Checks;
import dev.kvasir.bench.engine.OpenModel;
import dev.kvasir.block.TokenIds;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import dev.kvasir.engine.ColdBlocks;
import dev.kvasir.engine.RequestKv;
import dev.kvasir.engine.Sequence.Placed;
import dev.kvasir.engine.prompt.Message;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.engine.repair.BlockPrompt;
import dev.kvasir.engine.repair.RepairCost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads questions with one model and element type. Its blocks stay until they are forgotten. Owns
 * the model. Not thread-safe.
 */
final class Reader implements AutoCloseable {
  private final OpenModel model;
  private final ArrowBlockCodec codec = new ArrowBlockCodec();
  private final ColdBlocks blocks;

  Reader(OpenModel model) {
    this.model = model;
    blocks = new ColdBlocks(model.engine(), codec);
  }

  /** The question in that mode; the caller closes the reading. */
  Reading read(EvalQuestion question, EvalMode mode) {
    SegmentedPrompt prompt = prompt(question, mode);
    return mode.reads() == EvalMode.Reads.BLOCKS
        ? behindBlocks(sameTokens(question, prompt), mode)
        : whole(prompt);
  }

  private SegmentedPrompt prompt(EvalQuestion question, EvalMode mode) {
    Message message = new Message(Message.Role.USER, question.text());
    return model.layout().chat(List.of(message), question.passages(mode), mode.prefix());
  }

  /** Every mode reads the ids that full attention reads. */
  private SegmentedPrompt sameTokens(EvalQuestion question, SegmentedPrompt prompt) {
    SegmentedPrompt full = prompt(question, EvalMode.FULL_ATTENTION);
    Checks.require(
        prompt.allTokens().equals(full.allTokens()),
        "two modes read other tokens: " + question.text());
    return prompt;
  }

  private Reading whole(SegmentedPrompt prompt) {
    TokenIds tokens = prompt.allTokens();
    RequestKv kv = new RequestKv(model.engine(), List.of(), 0, tokens.size());
    try {
      long begin = System.nanoTime();
      float[] logits = kv.append(tokens, () -> false);
      Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
      return new Reading(kv, tokens.size(), 1, logits, elapsed);
    } catch (RuntimeException | Error e) {
      kv.close();
      throw e;
    }
  }

  private Reading behindBlocks(SegmentedPrompt prompt, EvalMode mode) {
    List<Placed> moved = blocks.place(prompt.blocks());
    List<Placed> placed = mode.moved() ? moved : unmoved(moved, mode.prefix());
    long begin = System.nanoTime();
    BlockPrompt.Read read =
        new BlockPrompt(model.engine(), prompt, placed).read(mode.repair(), () -> false);
    Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
    int layers = model.engine().model().geometry().layers();
    double computed = prompt.finalBlock().size() + RepairCost.tokens(mode.repair(), prompt, layers);
    return new Reading(
        read.kv(), prompt.tokens(), computed / prompt.tokens(), read.logits(), elapsed);
  }

  /** Every passage where it was encoded: behind the prefix, or at 0. */
  private static List<Placed> unmoved(List<Placed> placed, PrefixMode prefix) {
    Placed header = placed.getFirst();
    int start = prefix == PrefixMode.NONE ? 0 : header.tokens();
    List<Placed> all = new ArrayList<>(List.of(header));
    placed.stream().skip(1).forEach(each -> all.add(new Placed(each.segment(), start)));
    return all;
  }

  /** Frees the blocks of the questions so far. */
  void forget() {
    blocks.forget();
  }

  @Override
  public void close() {
    blocks.close();
    codec.close();
    model.close();
  }
}
