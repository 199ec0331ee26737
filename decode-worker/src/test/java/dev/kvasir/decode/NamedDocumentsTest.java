package dev.kvasir.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.DocumentRef;
import dev.kvasir.decode.testing.Rig;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.prefill.testing.FakeEngine;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A passage that several documents have belongs to all of them. */
@Timeout(60)
class NamedDocumentsTest {
  private static final DocumentRef ONE = document("one");
  private static final DocumentRef TWO = document("two");

  @Test
  void firstLogits_passageOfAnotherDocumentFromTheLocalCache_isNamedByBoth() {
    SegmentedPrompt first = prompt(ONE);
    SegmentedPrompt second = prompt(TWO);
    try (Rig rig = new Rig()) {
      rig.logits(first);
      rig.awaitStored(first);
      float[] expected = rig.logits(first);
      assertThat(rig.logits(second)).containsExactly(expected);
      rig.decode.close();
      assertThat(rig.store.blocks().describe(List.of(Rig.passage(1).key())).join().values())
          .extracting(block -> block.info().documents())
          .containsExactly(Set.of(ONE, TWO));
    }
  }

  private static SegmentedPrompt prompt(DocumentRef document) {
    CacheableBlock passage = Rig.passage(1);
    return new SegmentedPrompt(
        List.of(
            Rig.SINK, new CacheableBlock(passage.identity(), passage.prefix(), Set.of(document))),
        FakeEngine.tokens(77, 15));
  }

  private static DocumentRef document(String id) {
    return new DocumentRef(Optional.empty(), Optional.of(id));
  }
}
