package dev.kvasir.decode;

import dev.kvasir.block.DocumentRef;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.engine.repair.Repair;
import java.util.List;
import java.util.Optional;

/**
 * A request that was answered from blocks.
 *
 * @param logits of its first token (vocabulary), as they were served; never changed
 */
public record ServedPrompt(SegmentedPrompt prompt, Repair repair, float[] logits) {

  /** The part that all passages are of; none where there are none or scopes differ. */
  public Optional<BlockPath.Part> part() {
    List<CacheableBlock> passages = prompt.blocks().stream().skip(1).toList();
    List<String> scopes =
        passages.stream().map(block -> block.identity().scope()).distinct().toList();
    List<Optional<String>> collections =
        passages.stream().map(ServedPrompt::collection).distinct().toList();
    return scopes.size() == 1
        ? Optional.of(
            new BlockPath.Part(
                scopes.getFirst(),
                collections.size() == 1 ? collections.getFirst() : Optional.empty()))
        : Optional.empty();
  }

  private static Optional<String> collection(CacheableBlock passage) {
    List<String> named =
        passage.documents().stream()
            .map(DocumentRef::collection)
            .flatMap(Optional::stream)
            .distinct()
            .toList();
    return named.size() == 1 ? Optional.of(named.getFirst()) : Optional.empty();
  }
}
