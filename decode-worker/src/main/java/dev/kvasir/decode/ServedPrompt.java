package dev.kvasir.decode;

import dev.kvasir.block.DocumentRef;
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

  /** The collection that all passages are of, if they are of one. */
  public Optional<String> collection() {
    List<String> named =
        prompt.blocks().stream()
            .skip(1)
            .flatMap(block -> block.documents().stream())
            .flatMap(document -> document.collection().stream())
            .distinct()
            .toList();
    boolean all =
        prompt.blocks().stream()
            .skip(1)
            .noneMatch(block ->
                block.documents().stream()
                    .map(DocumentRef::collection)
                    .flatMap(Optional::stream)
                    .findAny()
                    .isEmpty());
    return all && named.size() == 1 ? Optional.of(named.getFirst()) : Optional.empty();
  }
}
