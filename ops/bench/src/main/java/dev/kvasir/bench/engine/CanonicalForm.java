package dev.kvasir.bench.engine;

import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvRows;
import dev.kvasir.block.TokenIds;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import dev.kvasir.engine.BlockInstaller;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.kv.KvSegment;
import java.lang.foreign.Arena;
import java.util.Optional;

/** What a computed segment becomes as a block. Owns its codec, borrows the engine. */
final class CanonicalForm implements AutoCloseable {
  private final Engine engine;
  private final ArrowBlockCodec codec = new ArrowBlockCodec();
  private final BlockInstaller installer;

  CanonicalForm(Engine engine) {
    this.engine = engine;
    this.installer = new BlockInstaller(engine, codec);
  }

  BlockIdentity identity(TokenIds tokens) {
    return new BlockIdentity(
        engine.model().fingerprint(), engine.elementType(), Optional.empty(), "bench", tokens);
  }

  /** Rows as the block has them, in memory of the given arena. */
  KvRows rows(KvSegment segment, Arena arena) {
    return segment.rows(arena).to(engine.elementType(), arena);
  }

  EncodedBlock bytes(TokenIds tokens, KvSegment segment) {
    try (Arena arena = Arena.ofConfined()) {
      return codec.encode(identity(tokens), rows(segment, arena));
    }
  }

  /** The caller owns the segment. */
  KvSegment installed(TokenIds tokens, EncodedBlock block) {
    return installer.install(identity(tokens), block);
  }

  @Override
  public void close() {
    codec.close();
  }
}
