package dev.kvasir.prefill;

import dev.kvasir.block.BlockCodec;
import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvRows;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.kv.KvSegment;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** From a batch of blocks to their canonical bytes. Thread-safe; keeps nothing between calls. */
final class BatchEncoder {
  private final Engine engine;
  private final BlockCodec codec;

  BatchEncoder(Engine engine, BlockCodec codec) {
    this.engine = engine;
    this.codec = codec;
  }

  /** Runs all jobs in one forward pass; their bytes come in the same order. */
  List<EncodedBlock> encode(List<EncodeJob> jobs) {
    List<KvSegment> segments = new ArrayList<>();
    try {
      List<Sequence> batch = new ArrayList<>();
      for (EncodeJob job : jobs) {
        KvSegment own = engine.newSegment(job.tokens());
        segments.add(own);
        batch.add(job.sequence(own));
      }
      engine.forward(batch);
      return canonicalBytes(jobs, segments);
    } finally {
      segments.forEach(KvSegment::close);
    }
  }

  private List<EncodedBlock> canonicalBytes(List<EncodeJob> jobs, List<KvSegment> segments) {
    List<EncodedBlock> blocks = new ArrayList<>();
    for (int i = 0; i < jobs.size(); i++) {
      try (Arena arena = Arena.ofConfined()) {
        BlockIdentity identity = jobs.get(i).block().identity();
        KvRows rows = segments.get(i).rows(arena).to(identity.elementType(), arena);
        blocks.add(codec.encode(identity, rows));
      }
    }
    return blocks;
  }
}
