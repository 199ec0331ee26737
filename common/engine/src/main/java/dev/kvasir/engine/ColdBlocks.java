package dev.kvasir.engine;

import dev.kvasir.block.BlockCodec;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvRows;
import dev.kvasir.engine.Sequence.Placed;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.prompt.CacheableBlock;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Blocks without a store or a worker: encoded behind their prefixes, written to their canonical
 * bytes and installed from those, each once until it is forgotten. Owns the segments. Not
 * thread-safe.
 */
public final class ColdBlocks implements AutoCloseable {
  private final Engine engine;
  private final BlockCodec codec;
  private final BlockInstaller installer;
  private final Map<BlockKey, KvSegment> installed = new HashMap<>();

  /** Has no blocks yet; borrows both. */
  public ColdBlocks(Engine engine, BlockCodec codec) {
    this.engine = engine;
    this.codec = codec;
    this.installer = new BlockInstaller(engine, codec);
  }

  /**
   * The blocks' segments, one behind another from position 0 on; valid until they are forgotten.
   */
  public List<Placed> place(List<CacheableBlock> blocks) {
    install(blocks);
    List<Placed> placed = new ArrayList<>();
    int start = 0;
    for (CacheableBlock block : blocks) {
      placed.add(new Placed(segment(block), start));
      start += block.tokens().size();
    }
    return placed;
  }

  private KvSegment segment(CacheableBlock block) {
    return Objects.requireNonNull(installed.get(block.key()));
  }

  private void install(List<CacheableBlock> blocks) {
    Map<BlockKey, CacheableBlock> missing = new LinkedHashMap<>();
    blocks.stream()
        .filter(block -> !installed.containsKey(block.key()))
        .forEach(block -> missing.put(block.key(), block));
    if (missing.isEmpty()) {
      return;
    }
    List<CacheableBlock> batch = List.copyOf(missing.values());
    install(batch.stream().flatMap(block -> block.prefix().stream()).toList());
    encode(batch.stream().filter(block -> !installed.containsKey(block.key())).toList());
  }

  /** In one batch: no result depends on it. */
  private void encode(List<CacheableBlock> blocks) {
    List<KvSegment> encoded = new ArrayList<>();
    try {
      List<Sequence> batch = new ArrayList<>();
      for (CacheableBlock block : blocks) {
        List<Placed> prefix =
            block.prefix().map(behind -> new Placed(segment(behind), 0)).stream().toList();
        int start = block.prefix().map(behind -> behind.tokens().size()).orElse(0);
        encoded.add(engine.newSegment(block.tokens().size()));
        batch.add(new Sequence(block.tokens(), prefix, encoded.getLast(), start, false));
      }
      engine.forward(batch);
      for (int i = 0; i < blocks.size(); i++) {
        CacheableBlock block = blocks.get(i);
        KvSegment segment = installer.install(block.identity(), bytes(block, encoded.get(i)));
        installed.put(block.key(), segment);
      }
    } finally {
      encoded.forEach(KvSegment::close);
    }
  }

  private EncodedBlock bytes(CacheableBlock block, KvSegment segment) {
    try (Arena arena = Arena.ofConfined()) {
      KvRows rows = segment.rows(arena).to(engine.elementType(), arena);
      return codec.encode(block.identity(), rows);
    }
  }

  /** Frees all segments. */
  public void forget() {
    installed.values().forEach(KvSegment::close);
    installed.clear();
  }

  @Override
  public void close() {
    forget();
  }
}
