package dev.kvasir.bench.engine;

import dev.kvasir.bench.Checks;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvRows;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.kv.CpuSegment;
import dev.kvasir.engine.kv.Int8KvSegment;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.kv.NativeKvSegment;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From a block's canonical bytes to a segment, checks included, against a plain copy of as many
 * bytes. Both read from and write to more memory in turn than caches hold, and both write to memory
 * that was written before: as in a server whose cache is full, a block takes the place of one that
 * was closed just before, whose closing is not timed.
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
  private final List<KvSegment> installed = new ArrayList<>();
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
      installed.add(canonical.installed(tokens, first));
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

  /** Milliseconds of a block. Wiped first, or memory that is used again would pass the check. */
  private double install() {
    installed.forEach(InstallWork::wipe);
    long taken = 0;
    for (int i = 0; i < blocks.size(); i++) {
      installed.get(i).close();
      long begin = System.nanoTime();
      KvSegment segment = canonical.installed(tokens, blocks.get(i));
      taken += System.nanoTime() - begin;
      installed.set(i, segment);
    }
    installed.forEach(this::check);
    return taken / 1e6 / blocks.size();
  }

  private static void wipe(KvSegment segment) {
    switch ((CpuSegment) segment) {
      case NativeKvSegment floats -> {
        floats.keys().fill((byte) 0);
        floats.values().fill((byte) 0);
      }
      case Int8KvSegment bytes -> {
        wipe(bytes.keys());
        wipe(bytes.values());
      }
    }
  }

  private static void wipe(Int8KvSegment.Rows rows) {
    rows.elements().fill((byte) 0);
    rows.scales().fill((byte) 0);
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
    installed.forEach(KvSegment::close);
    arena.close();
    canonical.close();
  }
}
