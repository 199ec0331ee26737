package dev.kvasir.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import dev.kvasir.decode.PromptReport.BlockReport;
import dev.kvasir.decode.PromptReport.Source;
import dev.kvasir.decode.testing.RealRig;
import dev.kvasir.decode.testing.RecordedAnswer;
import dev.kvasir.engine.BlockInstaller;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.EngineOptions.Backend;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.Sequence.Placed;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.Message;
import dev.kvasir.engine.prompt.Message.Role;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.engine.prompt.PromptLayout;
import dev.kvasir.engine.prompt.Scoping;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.engine.testing.TestModel;
import dev.kvasir.engine.tokenizer.Tokenizer;
import dev.kvasir.prefill.testing.Blocks;
import dev.kvasir.store.memory.MemoryBlockStore;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With SmolLM2 and blocks in int8: what holds for float16 blocks holds for these. */
@Timeout(240)
class Int8BlocksTest {
  private static final List<String> PASSAGES =
      List.of(
          "The lighthouse on Varna Rock was finished in 1871. Its keeper, Ada Holm, kept bees in the"
              + " garden behind the tower and sold the honey to passing ships.",
          "Brannock cheese ripens for nineteen weeks in salt caves. The rind is washed with cider"
              + " twice a week, which gives it an orange colour.",
          "The bridge of Kolm has seven arches. The fourth one was rebuilt after the flood of 1902"
              + " in a paler stone.");

  private static GgufFile file;
  private static Tokenizer tokenizer;
  private static LlamaEngine oneThread;
  private static LlamaEngine twoThreads;
  private static LlamaEngine halves;

  @BeforeAll
  static void open() {
    file = GgufFile.open(TestModel.path());
    tokenizer = Tokenizer.from(file);
    oneThread = engine(1, ElementType.INT8);
    twoThreads = engine(2, ElementType.INT8);
    halves = engine(2, ElementType.FLOAT16);
  }

  private static LlamaEngine engine(int threads, ElementType type) {
    return LlamaEngine.open(file, new EngineOptions(Backend.VECTOR, threads, type));
  }

  @AfterAll
  static void close() {
    oneThread.close();
    twoThreads.close();
    halves.close();
    file.close();
  }

  @Test
  void encode_anyThreadsAndBatch_sameBytesOfLittleMoreThanHalf() {
    List<CacheableBlock> blocks = prompt(ElementType.INT8).blocks();
    List<EncodedBlock> alone = encode(oneThread, 1, blocks);
    List<EncodedBlock> together = encode(twoThreads, 1_024, blocks);
    List<EncodedBlock> wide = encode(halves, 1_024, prompt(ElementType.FLOAT16).blocks());
    for (int i = 0; i < blocks.size(); i++) {
      assertSame(together.get(i), alone.get(i));
      assertThat(wide.get(i).key()).isNotEqualTo(alone.get(i).key());
      assertThat((double) alone.get(i).sizeBytes() / wide.get(i).sizeBytes()).isBetween(0.53, 0.56);
    }
  }

  @Test
  void encode_behindAPrefix_readsThePrefixAsItIsStored() {
    CacheableBlock block = prompt(ElementType.INT8).blocks().getLast();
    CacheableBlock prefix = block.prefix().orElseThrow();
    List<EncodedBlock> encoded = encode(twoThreads, 1_024, List.of(prefix, block));
    try (ArrowBlockCodec codec = new ArrowBlockCodec();
        KvSegment stored =
            new BlockInstaller(twoThreads, codec).install(prefix.identity(), encoded.getFirst());
        KvSegment computed = twoThreads.newSegment(prefix.tokens().size())) {
      assertThat(stored.type()).isEqualTo(ElementType.INT8);
      assertThat(computed.type()).isEqualTo(ElementType.FLOAT16);
      twoThreads.forward(List.of(new Sequence(prefix.tokens(), List.of(), computed, 0, false)));
      assertSame(behind(stored, block, codec), encoded.getLast());
      assertThat(behind(computed, block, codec).chunks().getFirst())
          .isNotEqualTo(encoded.getLast().chunks().getFirst());
    }
  }

  private static EncodedBlock behind(
      KvSegment prefix, CacheableBlock block, ArrowBlockCodec codec) {
    try (Arena arena = Arena.ofConfined();
        KvSegment own = twoThreads.newSegment(block.tokens().size())) {
      List<Placed> context = List.of(new Placed(prefix, 0));
      twoThreads.forward(
          List.of(new Sequence(block.tokens(), context, own, prefix.tokens(), false)));
      return codec.encode(block.identity(), own.rows(arena).to(ElementType.INT8, arena));
    }
  }

  @Test
  void firstLogits_coldGridAndLocalOnOneAndTwoThreads_areEqualBitForBit() {
    SegmentedPrompt prompt = prompt(ElementType.INT8);
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
    try (RealRig rig = new RealRig(halves, tokenizer)) {
      assertThat(rig.logits(prompt(ElementType.FLOAT16))).isNotEqualTo(cold);
    }
  }

  @Test
  void generate_coldAndWarm_sameSensibleAnswerAndTheCacheStaysInBytes() {
    SegmentedPrompt prompt = prompt(ElementType.INT8);
    KvGeometry geometry = twoThreads.model().geometry();
    try (RealRig rig = new RealRig(twoThreads, tokenizer)) {
      RecordedAnswer cold = rig.answer(prompt, AttentionMode.BLOCK, 20);
      RecordedAnswer warm = rig.answer(prompt, AttentionMode.BLOCK, 20);
      assertThat(warm.report().blocks()).extracting(BlockReport::source).containsOnly(Source.LOCAL);
      assertThat(warm.completion().text()).isEqualTo(cold.completion().text()).contains("1871");
      long half = geometry.bytes(prompt.finalStart(), ElementType.FLOAT16) / 2;
      assertThat(rig.decode.cache().stats().bytes()).isBetween(half, half * 5 / 4);
    }
  }

  private static SegmentedPrompt prompt(ElementType type) {
    PromptLayout layout =
        new PromptLayout(tokenizer, oneThread.model().fingerprint(), type, Scoping.of("tests"));
    List<Passage> documents =
        PASSAGES.stream()
            .map(text -> new Passage(Optional.empty(), Optional.empty(), text))
            .toList();
    return layout.chat(
        List.of(new Message(Role.USER, "In which year was the lighthouse on Varna Rock finished?")),
        documents,
        PrefixMode.SINK);
  }

  private static List<EncodedBlock> encode(
      LlamaEngine engine, int maxBatchTokens, List<CacheableBlock> blocks) {
    try (RealRig rig =
        new RealRig(engine, tokenizer, new MemoryBlockStore(), maxBatchTokens, 1L << 30)) {
      return rig.encode(blocks);
    }
  }

  private static void assertSame(EncodedBlock actual, EncodedBlock expected) {
    assertThat(actual.key()).isEqualTo(expected.key());
    assertThat(Blocks.records(actual)).containsExactlyElementsOf(Blocks.records(expected));
  }
}
