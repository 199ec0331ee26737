package dev.kvasir.decode;

import dev.kvasir.decode.PromptReport.BlockReport;
import dev.kvasir.engine.Sequence.Placed;
import java.util.List;

/**
 * The blocks of one prompt, installed and placed. Owns its leases: the placed segments are valid
 * until close.
 *
 * @param placed in prompt order, each at its start
 * @param reports in prompt order
 */
record ResolvedBlocks(List<Placed> placed, List<BlockReport> reports, List<BlockLease> leases)
    implements AutoCloseable {

  @Override
  public void close() {
    leases.forEach(BlockLease::close);
  }
}
