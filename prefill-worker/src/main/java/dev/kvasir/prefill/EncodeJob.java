package dev.kvasir.prefill;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.kv.SharedSegment;
import dev.kvasir.engine.prompt.CacheableBlock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A block ready to be encoded, and who waits for it.
 *
 * @param prefix the installed prefix; the job is one of its owners until {@link #release()}
 */
record EncodeJob(
    CacheableBlock block, Optional<SharedSegment> prefix, CompletableFuture<EncodedBlock> result) {

  int tokens() {
    return block.tokens().size();
  }

  /** The block behind its prefix, filling {@code own}. */
  Sequence sequence(KvSegment own) {
    List<Sequence.Placed> context =
        prefix.map(shared -> new Sequence.Placed(shared.segment(), 0)).stream().toList();
    int start = context.stream().mapToInt(placed -> placed.segment().tokens()).sum();
    return new Sequence(block.tokens(), context, own, start, false);
  }

  void release() {
    prefix.ifPresent(SharedSegment::release);
  }
}
