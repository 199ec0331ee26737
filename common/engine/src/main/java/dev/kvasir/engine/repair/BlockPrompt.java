package dev.kvasir.engine.repair;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.RequestKv;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.Sequence.Placed;
import dev.kvasir.engine.kernel.Sharpening;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A prompt whose blocks are installed and placed one behind another; its first block is block 0,
 * which nothing precedes. Borrows the blocks, which must stay as long as what is read is used.
 */
public record BlockPrompt(Engine engine, SegmentedPrompt prompt, List<Placed> placed) {
  public BlockPrompt {
    placed = List.copyOf(placed);
  }

  /**
   * A prompt that has been read. Owns its state, not the blocks.
   *
   * @param logits of the first answer token (vocabulary)
   */
  public record Read(RequestKv kv, float[] logits) {}

  /**
   * Computes the final block, and what the repair wants; the caller closes the state.
   *
   * @throws java.util.concurrent.CancellationException if it was stopped
   */
  public Read read(Repair repair, BooleanSupplier stopped) {
    return switch (repair) {
      case Repair.None _ -> plain(stopped);
      case Repair.Ape ape -> parallel(ape, stopped);
      case Repair.Edge _, Repair.Blend _ -> recomputed(repair, stopped);
    };
  }

  private TokenIds last() {
    return prompt.finalBlock();
  }

  private Read plain(BooleanSupplier stopped) {
    return behind(new RequestKv(engine, placed, prompt.finalStart(), last().size()), stopped);
  }

  /** Passages first, because they are the ones that are weighed otherwise; then block 0. */
  private Read parallel(Repair.Ape ape, BooleanSupplier stopped) {
    if (placed.size() < 2) {
      return plain(stopped);
    }
    Placed header = placed.getFirst();
    List<Placed> passages = placed.subList(1, placed.size());
    List<Placed> context = new ArrayList<>();
    passages.forEach(
        each -> context.add(new Placed(each.segment(), header.tokens(), each.tokens())));
    context.add(header);
    int start = header.tokens() + passages.stream().mapToInt(Placed::tokens).max().orElse(0);
    Sharpening sharpening =
        new Sharpening(passages.size(), (float) ape.temperature(), (float) ape.scale());
    return behind(new RequestKv(engine, context, sharpening, start, last().size()), stopped);
  }

  private Read behind(RequestKv kv, BooleanSupplier stopped) {
    try {
      return new Read(kv, kv.append(last(), stopped));
    } catch (RuntimeException | Error e) {
      kv.close();
      throw e;
    }
  }

  private Read recomputed(Repair repair, BooleanSupplier stopped) {
    if (placed.size() < 2) {
      return plain(stopped);
    }
    Passages passages = new Passages(engine, prompt.blocks(), placed);
    RequestKv kv = new RequestKv(engine, passages.placed(), prompt.finalStart(), last().size());
    kv.own(passages.copies());
    try {
      List<Sequence> again =
          repair instanceof Repair.Blend blend
              ? passages.farthest(blend)
              : passages.first(((Repair.Edge) repair).tokens());
      return new Read(kv, kv.append(again, last(), stopped));
    } catch (RuntimeException | Error e) {
      kv.close();
      throw e;
    }
  }
}
