package dev.kvasir.bench.engine;

import dev.kvasir.bench.Checks;
import dev.kvasir.bench.rival.LlamaSetting;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.kv.NativeKvSegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Independent blocks in one ragged batch, against llama.cpp with the same tokens as one prompt and
 * as so many sequences.
 */
final class EncodeWork implements Measured {
  private static final int TOKENS = 4096;
  private static final int BLOCKS = 26;
  private static final int SEQUENCE_CONTEXT = 256;

  private final Inputs inputs;
  private final List<TokenIds> blocks;
  private final Rival prompt;
  private final Rival sequences;
  private final List<Double> seconds = new ArrayList<>();
  private final List<KvSegment> expected = new ArrayList<>();

  EncodeWork(Inputs inputs) {
    this.inputs = inputs;
    TokenIds all = inputs.prompts().running(TOKENS);
    this.blocks = cut(all);
    LlamaSetting usual = inputs.half(true, TOKENS);
    LlamaSetting side = usual.batches(TOKENS, 512);
    this.prompt =
        new Rival(
            inputs.driver(),
            List.of(usual, usual.batches(TOKENS, TOKENS)),
            (llama, setting) -> llama.prefill(setting, List.of(all)));
    this.sequences =
        new Rival(
            inputs.driver(),
            List.of(
                side.sequences(BLOCKS, SEQUENCE_CONTEXT, true),
                side.sequences(BLOCKS, SEQUENCE_CONTEXT, false)),
            (llama, setting) -> llama.prefill(setting, blocks));
  }

  /** Blocks whose sizes differ by at most one. */
  static List<TokenIds> cut(TokenIds all) {
    int[] ids = all.toArray();
    List<TokenIds> blocks = new ArrayList<>();
    for (int i = 0; i < BLOCKS; i++) {
      int from = i * ids.length / BLOCKS;
      int to = (i + 1) * ids.length / BLOCKS;
      blocks.add(TokenIds.of(Arrays.copyOfRange(ids, from, to)));
    }
    return List.copyOf(blocks);
  }

  @Override
  public void prepare() {
    run(expected);
    check();
    prompt.choose();
    sequences.choose();
  }

  @Override
  public void measure() {
    seconds.add(check());
    prompt.measure();
    sequences.measure();
  }

  /** Encodes once more; the keys and values have to be those of before, bit for bit. */
  private double check() {
    List<KvSegment> segments = new ArrayList<>();
    try {
      double taken = run(segments);
      for (int i = 0; i < segments.size(); i++) {
        Checks.require(
            sameRows((NativeKvSegment) expected.get(i), (NativeKvSegment) segments.get(i)),
            "encode-blocks: block %d is not the one of before".formatted(i));
      }
      return taken;
    } finally {
      segments.forEach(KvSegment::close);
    }
  }

  private static boolean sameRows(NativeKvSegment a, NativeKvSegment b) {
    return a.keys().mismatch(b.keys()) < 0 && a.values().mismatch(b.values()) < 0;
  }

  private double run(List<KvSegment> segments) {
    List<Sequence> batch = new ArrayList<>();
    for (TokenIds block : blocks) {
      KvSegment own = inputs.engine().newSegment(block.size());
      segments.add(own);
      batch.add(new Sequence(block, List.of(), own, 0, false));
    }
    long begin = System.nanoTime();
    inputs.engine().forward(batch);
    return (System.nanoTime() - begin) / 1e9;
  }

  @Override
  public List<Row> rows() {
    return List.of(
        row("encode-blocks", prompt, ", one prompt"),
        row("encode-blocks-sequences", sequences, ", 26 sequences"));
  }

  private Row row(String name, Rival rival, String how) {
    return new Row(
        name,
        "tokens/s",
        Spread.of(seconds.stream().map(taken -> TOKENS / taken).toList()),
        rival.spread(taken -> TOKENS / taken),
        rival.name(how),
        Row.RatioOf.OWN_TO_RIVAL);
  }

  @Override
  public void close() {
    prompt.close();
    sequences.close();
    expected.forEach(KvSegment::close);
  }
}
