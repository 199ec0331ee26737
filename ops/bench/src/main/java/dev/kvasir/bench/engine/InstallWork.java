package dev.kvasir.bench.engine;

import dev.kvasir.bench.Checks;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvRows;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.kv.KvSegment;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From a block's canonical bytes to a segment, checks included, against a plain copy of as many
 * bytes. Both read from and write to more memory in turn than caches hold.
 */
final class InstallWork implements Measured {
  private static final int TOKENS = 160;
  private static final long COLD_BYTES = 64L << 20;
  private static final long ALIGNMENT = 64;

  private final CanonicalForm canonical;
  private final TokenIds tokens;
  private final KvRows expected;
  private final List<EncodedBlock> blocks = new ArrayList<>();
  private final Arena arena = Arena.ofShared();
  private final List<MemorySegment> targets = new ArrayList<>();
  private final List<Double> own = new ArrayList<>();
  private final List<Double> copy = new ArrayList<>();

  InstallWork(Inputs inputs) {
    this.canonical = new CanonicalForm(inputs.engine());
    this.tokens = inputs.prompts().running(TOKENS);
    EncodedBlock first;
    try (KvSegment original = inputs.engine().newSegment(TOKENS)) {
      inputs.engine().forward(List.of(new Sequence(tokens, List.of(), original, 0, false)));
      expected = canonical.rows(original, arena);
      first = canonical.bytes(tokens, original);
    }
    long count = COLD_BYTES / first.sizeBytes() + 1;
    for (int i = 0; i < count; i++) {
      blocks.add(copyOf(first));
      targets.add(arena.allocate(first.sizeBytes(), ALIGNMENT));
    }
  }

  private static EncodedBlock copyOf(EncodedBlock block) {
    return new EncodedBlock(
        block.key(), block.header().clone(), block.chunks().stream().map(byte[]::clone).toList());
  }

  @Override
  public void prepare() {
    for (int i = 0; i < 3; i++) {
      install();
      copy();
    }
  }

  @Override
  public void measure() {
    own.add(install());
    copy.add(copy());
  }

  /** Milliseconds of a block. */
  private double install() {
    List<KvSegment> segments = new ArrayList<>();
    try {
      long begin = System.nanoTime();
      for (EncodedBlock block : blocks) {
        segments.add(canonical.installed(tokens, block));
      }
      double taken = (System.nanoTime() - begin) / 1e6;
      segments.forEach(this::check);
      return taken / blocks.size();
    } finally {
      segments.forEach(KvSegment::close);
    }
  }

  private void check(KvSegment segment) {
    try (Arena memory = Arena.ofConfined()) {
      KvRows rows = segment.rows(memory);
      Checks.require(
          rows.k().mismatch(expected.k()) < 0
              && rows.v().mismatch(expected.v()) < 0
              && rows.scales().k().mismatch(expected.scales().k()) < 0
              && rows.scales().v().mismatch(expected.scales().v()) < 0,
          "install: the segment is not the one that was encoded");
    }
  }

  private double copy() {
    long begin = System.nanoTime();
    for (int i = 0; i < blocks.size(); i++) {
      long to = 0;
      for (byte[] chunk : blocks.get(i).chunks()) {
        MemorySegment.copy(MemorySegment.ofArray(chunk), 0, targets.get(i), to, chunk.length);
        to += chunk.length;
      }
    }
    return (System.nanoTime() - begin) / 1e6 / blocks.size();
  }

  @Override
  public List<Row> rows() {
    return List.of(
        new Row(
            Work.INSTALL.label(),
            "ms",
            Spread.of(own),
            Optional.of(Spread.of(copy)),
            "memcpy of the same %d bytes".formatted(blocks.getFirst().sizeBytes()),
            Row.RatioOf.OWN_TO_RIVAL));
  }

  @Override
  public void close() {
    arena.close();
    canonical.close();
  }
}
