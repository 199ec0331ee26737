package dev.kvasir.engine.golden;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.Sequence.Placed;
import dev.kvasir.engine.golden.GoldenPrompts.Prompt;
import dev.kvasir.engine.kv.KvSegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Runs golden prompts on an engine, every distinct block once. Owns its segments. */
final class GoldenRun implements AutoCloseable {
  private static final TokenIds NOTHING = TokenIds.of();

  private record Block(TokenIds prefix, TokenIds tokens) {}

  private final Engine engine;
  private final Map<Block, KvSegment> blocks = new HashMap<>();

  GoldenRun(Engine engine) {
    this.engine = engine;
  }

  /** Logits after the final block with every passage encoded behind {@code prefix}. */
  float[] block(Prompt prompt, TokenIds prefix) {
    List<Placed> context = new ArrayList<>();
    KvSegment header = encoded(NOTHING, TokenIds.of(prompt.headerIds()));
    context.add(new Placed(header, 0));
    int start = header.tokens();
    for (int[] ids : prompt.passageIds()) {
      KvSegment passage = encoded(prefix, TokenIds.of(ids));
      context.add(new Placed(passage, start));
      start += passage.tokens();
    }
    return last(TokenIds.of(prompt.finalIds()), context, start);
  }

  /** Logits of ordinary causal attention. */
  float[] full(Prompt prompt) {
    IntStream ids = IntStream.of(prompt.headerIds());
    for (int[] passage : prompt.passageIds()) {
      ids = IntStream.concat(ids, IntStream.of(passage));
    }
    int[] all = IntStream.concat(ids, IntStream.of(prompt.finalIds())).toArray();
    return last(TokenIds.of(all), List.of(), 0);
  }

  private float[] last(TokenIds tokens, List<Placed> context, int start) {
    try (KvSegment own = engine.newSegment(tokens.size())) {
      return engine.forward(List.of(new Sequence(tokens, context, own, start, true))).getFirst();
    }
  }

  private KvSegment encoded(TokenIds prefix, TokenIds tokens) {
    KvSegment known = blocks.get(new Block(prefix, tokens));
    if (known != null) {
      return known;
    }
    List<Placed> context =
        prefix.size() == 0 ? List.of() : List.of(new Placed(encoded(NOTHING, prefix), 0));
    KvSegment own = engine.newSegment(tokens.size());
    blocks.put(new Block(prefix, tokens), own);
    engine.forward(List.of(new Sequence(tokens, context, own, prefix.size(), false)));
    return own;
  }

  @Override
  public void close() {
    blocks.values().forEach(KvSegment::close);
  }
}
