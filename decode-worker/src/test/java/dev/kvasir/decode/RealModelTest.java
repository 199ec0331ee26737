package dev.kvasir.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.TokenIds;
import dev.kvasir.decode.PromptReport.BlockReport;
import dev.kvasir.decode.PromptReport.Source;
import dev.kvasir.decode.testing.RealRig;
import dev.kvasir.decode.testing.RecordedAnswer;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.EngineOptions.Backend;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.Message;
import dev.kvasir.engine.prompt.Message.Role;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.engine.prompt.PromptLayout;
import dev.kvasir.engine.prompt.Scoping;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.engine.repair.Repair;
import dev.kvasir.engine.testing.TestModel;
import dev.kvasir.engine.tokenizer.Tokenizer;
import dev.kvasir.prefill.testing.Blocks;
import dev.kvasir.store.memory.MemoryBlockStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With SmolLM2: neither the source of a block nor how it was encoded changes a bit. */
@Timeout(240)
class RealModelTest {
  private static final List<String> PASSAGES =
      List.of(
          "The lighthouse on Varna Rock was finished in 1871. Its keeper, Ada Holm, kept bees in the"
              + " garden behind the tower and sold the honey to passing ships.",
          "Brannock cheese ripens for nineteen weeks in salt caves. The rind is washed with cider"
              + " twice a week, which gives it an orange colour.",
          "The ferry between Ost and Lindal sails four times a day. On Sundays it leaves only at"
              + " noon, and bicycles travel free of charge.",
          "Professor Imre Vass found the blue moss in a well near Tarnok. It glows for about an"
              + " hour after sunset.",
          "The bridge of Kolm has seven arches. The fourth one was rebuilt after the flood of 1902"
              + " in a paler stone.");

  private static GgufFile file;
  private static Tokenizer tokenizer;
  private static LlamaEngine oneThread;
  private static LlamaEngine twoThreads;
  private static PromptLayout layout;

  @BeforeAll
  static void open() {
    file = GgufFile.open(TestModel.path());
    tokenizer = Tokenizer.from(file);
    oneThread = LlamaEngine.open(file, new EngineOptions(Backend.VECTOR, 1, ElementType.FLOAT16));
    twoThreads = LlamaEngine.open(file, new EngineOptions(Backend.VECTOR, 2, ElementType.FLOAT16));
    layout =
        new PromptLayout(
            tokenizer, oneThread.model().fingerprint(), ElementType.FLOAT16, Scoping.of("tests"));
  }

  @AfterAll
  static void close() {
    oneThread.close();
    twoThreads.close();
    file.close();
  }

  @ParameterizedTest
  @EnumSource(PrefixMode.class)
  void encode_oneOrTwoThreadsAloneOrTogetherInAnyOrder_sameBytes(PrefixMode prefix) {
    List<CacheableBlock> blocks = prompt(prefix, 0, 1, 2, 3, 4).blocks();
    List<CacheableBlock> reversed = new ArrayList<>(blocks);
    Collections.reverse(reversed);
    List<EncodedBlock> alone = encode(oneThread, 1, blocks);
    List<EncodedBlock> together = encode(twoThreads, 1_024, blocks);
    List<EncodedBlock> backwards = encode(twoThreads, 1_024, reversed);
    Collections.reverse(backwards);
    for (int i = 0; i < blocks.size(); i++) {
      assertSame(together.get(i), alone.get(i));
      assertSame(backwards.get(i), alone.get(i));
    }
  }

  @Test
  void firstLogits_coldGridAndLocalOnOneAndTwoThreads_areEqualBitForBit() {
    SegmentedPrompt prompt = prompt(PrefixMode.SINK, 0, 1, 2);
    float[] cold;
    try (RealRig rig = new RealRig(oneThread, tokenizer)) {
      cold = rig.logits(prompt);
      assertThat(rig.logits(prompt)).containsExactly(cold);
    }
    MemoryBlockStore store = new MemoryBlockStore();
    try (RealRig rig = new RealRig(twoThreads, tokenizer, store, 1_024, 1L << 30)) {
      assertThat(rig.logits(prompt)).containsExactly(cold);
    }
    try (RealRig rig = new RealRig(twoThreads, tokenizer, store, 1_024, 1L << 30)) {
      assertThat(rig.logits(prompt)).containsExactly(cold);
      assertThat(rig.registry.get("kvasir.encoded.blocks").counter().count()).isZero();
    }
  }

  @Test
  void firstLogits_repairsColdAndWarm_areEqualBitForBitAndLeaveTheBlocksAlone() {
    SegmentedPrompt prompt = prompt(PrefixMode.SINK, 0, 1, 2);
    List<Repair> repairs =
        List.of(new Repair.Edge(8), new Repair.Blend(15), Repair.Ape.DEFAULT, Repair.NONE);
    List<float[]> cold = new ArrayList<>();
    for (Repair repair : repairs) {
      try (RealRig rig = new RealRig(oneThread, tokenizer)) {
        cold.add(rig.logits(prompt, repair));
      }
    }
    try (RealRig rig = new RealRig(twoThreads, tokenizer)) {
      for (int i = 0; i < 2 * repairs.size(); i++) {
        int which = i % repairs.size();
        assertThat(rig.logits(prompt, repairs.get(which))).containsExactly(cold.get(which));
      }
    }
  }

  @Test
  void firstLogits_everythingRecomputed_isFullAttentionButForRounding() {
    SegmentedPrompt prompt = prompt(PrefixMode.SINK, 3, 0, 4);
    try (RealRig rig = new RealRig(twoThreads, tokenizer)) {
      float[] full = rig.decode.generator().firstLogits(prompt, AttentionMode.FULL);
      for (Repair repair : List.of(new Repair.Edge(9_999), new Repair.Blend(100))) {
        assertThat(rig.logits(prompt, repair)).containsExactly(full, within(0.05f));
      }
      assertThat(rig.logits(prompt)).isNotEqualTo(full);
    }
  }

  @Test
  void firstLogits_cacheWarmedByOtherOrders_areThoseOfAColdOne() {
    SegmentedPrompt prompt = prompt(PrefixMode.SYSTEM, 3, 0, 1);
    float[] cold;
    try (RealRig rig = new RealRig(twoThreads, tokenizer)) {
      cold = rig.logits(prompt);
    }
    try (RealRig rig = new RealRig(twoThreads, tokenizer)) {
      assertThat(rig.logits(prompt(PrefixMode.SYSTEM, 1, 0, 3))).isNotEqualTo(cold);
      rig.logits(prompt(PrefixMode.SYSTEM, 2, 1));
      assertThat(rig.logits(prompt)).containsExactly(cold);
    }
  }

  @Test
  void firstLogits_randomBytesFlippedInTheStore_staySame() {
    SegmentedPrompt prompt = prompt(PrefixMode.SINK, 3);
    CacheableBlock passage = prompt.blocks().getLast();
    Random random = new Random(11);
    MemoryBlockStore store = new MemoryBlockStore();
    try (RealRig rig = new RealRig(twoThreads, tokenizer, store, 1_024, 1L << 30)) {
      float[] expected = rig.logits(prompt);
      EncodedBlock good = rig.prefill.encode(passage).join();
      for (int i = 1; i <= 8; i++) {
        int record = random.nextInt(1 + good.chunks().size());
        int at = random.nextInt(Blocks.records(good).get(record).length);
        store.put(Blocks.flipped(good, record, at, random.nextInt(8)), Blocks.info()).join();
        rig.decode.cache().clear();
        assertThat(rig.logits(prompt)).containsExactly(expected);
        assertThat(
                rig.registry
                    .get("kvasir.integrity.failures")
                    .tag("where", "store")
                    .counter()
                    .count())
            .isEqualTo(i);
      }
    }
  }

  @Test
  void generate_blockModeColdAndWarm_sameSensibleAnswer() {
    SegmentedPrompt prompt = prompt(PrefixMode.SINK, 0, 1);
    try (RealRig rig = new RealRig(twoThreads, tokenizer)) {
      RecordedAnswer cold = rig.answer(prompt, AttentionMode.BLOCK, 20);
      RecordedAnswer warm = rig.answer(prompt, AttentionMode.BLOCK, 20);
      assertThat(cold.report().blocks())
          .extracting(BlockReport::source)
          .containsOnly(Source.ENCODED);
      assertThat(warm.report().blocks()).extracting(BlockReport::source).containsOnly(Source.LOCAL);
      assertThat(warm.completion().text()).isEqualTo(cold.completion().text()).contains("1871");
      assertThat(rig.answer(prompt, AttentionMode.FULL, 20).completion().text()).contains("1871");
    }
  }

  @Test
  void generate_eightAtOnceWithLogitsOfOthers_bitsAndTextsOfEachAlone() {
    List<SegmentedPrompt> prompts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      prompts.add(
          prompt(i % 2 == 0 ? PrefixMode.SINK : PrefixMode.NONE, i % 5, (i + 1 + i / 5) % 5));
    }
    List<float[]> logits;
    List<String> texts;
    try (RealRig rig = new RealRig(twoThreads, tokenizer)) {
      logits = prompts.stream().map(rig::logits).toList();
      texts =
          prompts.stream().map(each -> text(rig.answer(each, AttentionMode.BLOCK, 24))).toList();
    }
    try (RealRig rig = new RealRig(twoThreads, tokenizer)) {
      List<RecordedAnswer> answers =
          prompts.stream().map(each -> rig.start(each, AttentionMode.BLOCK, 24)).toList();
      for (int i = 0; i < prompts.size(); i++) {
        assertThat(rig.logits(prompts.get(i))).containsExactly(logits.get(i));
      }
      assertThat(answers).extracting(RealModelTest::text).isEqualTo(texts);
      assertThat(rig.registry.get("kvasir.pass.calls").summary().max()).isGreaterThan(1);
    }
  }

  private static String text(RecordedAnswer answer) {
    return answer.completion().text();
  }

  @Test
  void generate_500RequestsOverASmallCache_nativeMemoryDoesNotGrow() {
    List<CacheableBlock> blocks = prompt(PrefixMode.NONE, 0, 1, 2, 3, 4).blocks();
    TokenIds question = tokenizer.encode("Yes,");
    MemoryBlockStore store = new MemoryBlockStore();
    long bound = 3L << 20;
    try (RealRig rig = new RealRig(twoThreads, tokenizer, store, 1_024, bound)) {
      for (int i = 0; i < 500; i++) {
        CacheableBlock block = blocks.get(i % blocks.size());
        rig.answer(new SegmentedPrompt(List.of(block), question), AttentionMode.BLOCK, 1);
        assertThat(rig.engine.segmentBytes()).isLessThanOrEqualTo(bound);
      }
      CacheStats stats = rig.decode.cache().stats();
      assertThat(stats.evictions()).isPositive();
      assertThat(rig.engine.segmentBytes()).isEqualTo(stats.bytes());
      assertThat(rig.codec.allocatedBytes()).isZero();
    }
  }

  private static SegmentedPrompt prompt(PrefixMode prefix, int... passages) {
    List<Passage> documents = new ArrayList<>();
    for (int passage : passages) {
      documents.add(new Passage(Optional.empty(), Optional.empty(), PASSAGES.get(passage)));
    }
    List<Message> messages =
        List.of(new Message(Role.USER, "In which year was the lighthouse on Varna Rock finished?"));
    return layout.chat(messages, documents, prefix);
  }

  private static List<EncodedBlock> encode(
      LlamaEngine engine, int maxBatchTokens, List<CacheableBlock> blocks) {
    try (RealRig rig =
        new RealRig(engine, tokenizer, new MemoryBlockStore(), maxBatchTokens, 1L << 30)) {
      return new ArrayList<>(rig.encode(blocks));
    }
  }

  private static void assertSame(EncodedBlock actual, EncodedBlock expected) {
    assertThat(actual.key()).isEqualTo(expected.key());
    assertThat(Blocks.records(actual)).containsExactlyElementsOf(Blocks.records(expected));
  }
}
