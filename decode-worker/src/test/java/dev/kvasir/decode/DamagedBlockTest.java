package dev.kvasir.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.decode.testing.Rig;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.prefill.testing.Blocks;
import dev.kvasir.prefill.testing.FakeEngine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is damaged in the store is detected, counted, encoded again and replaced. */
@Timeout(120)
class DamagedBlockTest {
  private static final String FAILURES = "kvasir.integrity.failures";

  @Test
  void firstLogits_anyOneByteFlipped_sameAnswerAndGoodBlockStored() {
    CacheableBlock block = Blocks.behind(Rig.SINK, FakeEngine.tokens(3, 4));
    SegmentedPrompt prompt = new SegmentedPrompt(List.of(block), Rig.question(1));
    try (Rig rig = Rig.patient(FakeEngine.small())) {
      float[] expected = rig.logits(prompt);
      EncodedBlock good = rig.prefill.encode(block).join();
      int positions = 0;
      for (int record = 0; record < Blocks.records(good).size(); record++) {
        for (int at = 0; at < Blocks.records(good).get(record).length; at++) {
          plant(rig, block, good, Blocks.flipped(good, record, at, at % 8));
          assertThat(rig.logits(prompt)).containsExactly(expected);
          positions++;
          assertThat(rig.count(FAILURES, "where", "store")).isEqualTo(positions);
        }
      }
      rig.awaitStored(good);
      assertThat(positions).isGreaterThan(800);
      assertThat(rig.count("kvasir.fallback", "reason", "damaged")).isEqualTo(positions);
    }
  }

  @Test
  void firstLogits_chunksSwapped_sameAnswer() {
    assertHeals((good, other) -> {
      List<byte[]> chunks = new ArrayList<>(good.chunks());
      Collections.swap(chunks, 0, 1);
      return new EncodedBlock(good.key(), good.header(), chunks);
    });
  }

  @Test
  void firstLogits_chunkOfAnotherBlock_sameAnswer() {
    assertHeals((good, other) -> {
      List<byte[]> chunks = new ArrayList<>(good.chunks());
      chunks.set(1, other.chunks().get(1));
      return new EncodedBlock(good.key(), good.header(), chunks);
    });
  }

  @Test
  void firstLogits_anotherBlockUnderThisKey_sameAnswer() {
    assertHeals((good, other) -> new EncodedBlock(good.key(), other.header(), other.chunks()));
  }

  @Test
  void firstLogits_chunkMissing_sameAnswer() {
    assertHeals(
        (good, other) -> new EncodedBlock(good.key(), good.header(), good.chunks().subList(0, 1)));
  }

  @Test
  void firstLogits_chunkTwice_sameAnswer() {
    assertHeals((good, other) -> {
      List<byte[]> chunks = new ArrayList<>(good.chunks());
      chunks.add(good.chunks().getLast());
      return new EncodedBlock(good.key(), good.header(), chunks);
    });
  }

  @Test
  void firstLogits_emptyRecords_sameAnswer() {
    assertHeals((good, other) ->
        new EncodedBlock(good.key(), new byte[0], List.of(new byte[0], new byte[0])));
  }

  /** Makes a bad block from a good one and another one of the same shape. */
  private interface Damage {
    EncodedBlock of(EncodedBlock good, EncodedBlock other);
  }

  private static void assertHeals(Damage damage) {
    CacheableBlock block = Blocks.behind(Rig.SINK, FakeEngine.tokens(3, 200));
    CacheableBlock other = Blocks.behind(Rig.SINK, FakeEngine.tokens(4, 200));
    SegmentedPrompt prompt = new SegmentedPrompt(List.of(Rig.SINK, block), Rig.question(1));
    try (Rig rig = Rig.patient(FakeEngine.wide())) {
      float[] expected = rig.logits(prompt);
      EncodedBlock good = rig.prefill.encode(block).join();
      assertThat(good.chunks()).hasSizeGreaterThan(1);
      plant(rig, block, good, damage.of(good, rig.prefill.encode(other).join()));
      assertThat(rig.logits(prompt)).containsExactly(expected);
      assertThat(rig.count(FAILURES, "where", "store")).isEqualTo(1);
      rig.awaitStored(good);
    }
  }

  /**
   * Replaces the stored block, and makes the decode worker forget its own copy. The encode that
   * stored it is over then: who joined it would not store the block again.
   */
  private static void plant(Rig rig, CacheableBlock block, EncodedBlock good, EncodedBlock bad) {
    rig.awaitStored(good);
    rig.prefill.encodeAhead(block).join();
    rig.store.blocks().put(bad, Blocks.info()).join();
    rig.decode.cache().clear();
  }
}
