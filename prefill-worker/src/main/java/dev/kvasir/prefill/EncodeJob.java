package dev.kvasir.prefill;

import dev.kvasir.block.BlockIdentity;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.kv.SharedSegment;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.store.BlockInfo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A block ready to be encoded.
 *
 * @param right to encode it
 * @param prefix the installed prefix; the job is one of its owners until {@link #releasePrefix()}
 */
record EncodeJob(
    CacheableBlock block,
    EncodeRight.Granted right,
    Optional<SharedSegment> prefix,
    Encode encode) {

  /** Whether somebody waits for it. */
  boolean isUrgent() {
    return encode.isUrgent();
  }

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

  /** What the store is told of the block. */
  BlockInfo info(Instant now) {
    BlockIdentity identity = block.identity();
    return new BlockInfo(
        identity.modelFingerprint(), identity.scope(), right.generation(), block.documents(), now);
  }

  void releasePrefix() {
    prefix.ifPresent(SharedSegment::release);
  }
}
