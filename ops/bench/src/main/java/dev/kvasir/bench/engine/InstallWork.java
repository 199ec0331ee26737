package dev.kvasir.bench.engine;

import dev.kvasir.bench.Checks;
import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.TokenIds;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import dev.kvasir.engine.BlockInstaller;
import dev.kvasir.engine.Sequence;
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

  private final ArrowBlockCodec codec = new ArrowBlockCodec();
  private final BlockInstaller installer;
  private final BlockIdentity identity;
  private final KvSegment original;
  private final List<EncodedBlock> blocks = new ArrayList<>();
  private final Arena arena = Arena.ofShared();
  private final List<MemorySegment> targets = new ArrayList<>();
  private final List<KvSegment> installed = new ArrayList<>();
  private final List<Double> own = new ArrayList<>();
  private final List<Double> copy = new ArrayList<>();

  InstallWork(Inputs inputs) {
    this.installer = new BlockInstaller(inputs.engine(), codec);
    TokenIds tokens = inputs.prompts().running(TOKENS);
    this.identity =
        new BlockIdentity(
            inputs.engine().model().fingerprint(),
            inputs.engine().elementType(),
            Optional.empty(),
            "bench",
            tokens);
    this.original = inputs.engine().newSegment(TOKENS);
    inputs.engine().forward(List.of(new Sequence(tokens, List.of(), original, 0, false)));
    EncodedBlock first = encode();
    long count = COLD_BYTES / first.sizeBytes() + 1;
    for (int i = 0; i < count; i++) {
      blocks.add(copyOf(first));
      targets.add(arena.allocate(first.sizeBytes(), ALIGNMENT));
      installed.add(installer.install(identity, first));
    }
  }

  private EncodedBlock encode() {
    try (Arena rows = Arena.ofConfined()) {
      return codec.encode(identity, original.rows(rows));
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
      KvSegment segment = installer.install(identity, blocks.get(i));
      taken += System.nanoTime() - begin;
      installed.set(i, segment);
    }
    installed.forEach(this::check);
    return taken / 1e6 / blocks.size();
  }

  private static void wipe(KvSegment segment) {
    NativeKvSegment old = (NativeKvSegment) segment;
    old.keys().fill((byte) 0);
    old.values().fill((byte) 0);
  }

  private void check(KvSegment segment) {
    NativeKvSegment wanted = (NativeKvSegment) original;
    NativeKvSegment own = (NativeKvSegment) segment;
    Checks.require(
        wanted.keys().mismatch(own.keys()) < 0 && wanted.values().mismatch(own.values()) < 0,
        "install: the segment is not the one that was encoded");
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
    original.close();
    arena.close();
    codec.close();
  }
}
