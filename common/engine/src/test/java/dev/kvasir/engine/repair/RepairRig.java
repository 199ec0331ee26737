package dev.kvasir.engine.repair;

import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.Sequence.Placed;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A prompt of token ids whose blocks are encoded as they would be for a cache. Owns them. */
final class RepairRig implements AutoCloseable {
  private final Engine engine;
  private final SegmentedPrompt prompt;
  private final List<Placed> placed = new ArrayList<>();
  private final List<KvSegment> owned = new ArrayList<>();

  /**
   * Encodes.
   *
   * @param prefix of every passage; may be empty
   */
  RepairRig(
      Engine engine, TokenIds header, List<TokenIds> passages, TokenIds last, TokenIds prefix) {
    this.engine = engine;
    List<CacheableBlock> blocks = new ArrayList<>();
    List<Placed> behind =
        prefix.size() == 0 ? List.of() : List.of(new Placed(encoded(List.of(), prefix), 0));
    blocks.add(add(List.of(), header));
    passages.forEach(passage -> blocks.add(add(behind, passage)));
    prompt = new SegmentedPrompt(blocks, last);
  }

  private CacheableBlock add(List<Placed> behind, TokenIds tokens) {
    int start = placed.stream().mapToInt(Placed::tokens).sum();
    placed.add(new Placed(encoded(behind, tokens), start));
    BlockIdentity identity =
        new BlockIdentity(
            engine.model().fingerprint(), engine.elementType(), Optional.empty(), "test", tokens);
    return new CacheableBlock(identity, Optional.empty());
  }

  private KvSegment encoded(List<Placed> behind, TokenIds tokens) {
    KvSegment own = engine.newSegment(tokens.size());
    owned.add(own);
    int start = behind.stream().mapToInt(Placed::tokens).sum();
    engine.forward(List.of(new Sequence(tokens, behind, own, start, false)));
    return own;
  }

  /** Logits of the first answer token. */
  float[] logits(Repair repair) {
    BlockPrompt.Read read = read(repair);
    read.kv().close();
    return read.logits();
  }

  /** The caller closes the state. */
  BlockPrompt.Read read(Repair repair) {
    return new BlockPrompt(engine, prompt, placed).read(repair, () -> false);
  }

  /** Logits under ordinary attention. */
  float[] full() {
    TokenIds all = prompt.allTokens();
    try (KvSegment own = engine.newSegment(all.size())) {
      return engine.forward(List.of(new Sequence(all, List.of(), own, 0, true))).getFirst();
    }
  }

  @Override
  public void close() {
    owned.forEach(KvSegment::close);
  }
}
