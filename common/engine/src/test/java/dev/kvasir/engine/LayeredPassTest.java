package dev.kvasir.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.KvChunk;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.KvRows;
import dev.kvasir.block.KvScales;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.EngineOptions.Backend;
import dev.kvasir.engine.Sequence.Placed;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.testing.TestModel;
import dev.kvasir.engine.testing.TinyModel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The oracle is the pass over a context that is there from the start. */
class LayeredPassTest {
  private static final int BLOCK_TOKENS = 33;
  private static final int FINAL_TOKENS = 21;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"SCALAR,FLOAT16", "SCALAR,INT8", "VECTOR,FLOAT16", "VECTOR,INT8"})
  void finish_contextInstalledLayerByLayer_sameBitsAsAWholePass(Backend backend, ElementType type) {
    try (GgufFile file = GgufFile.open(TinyModel.write(folder));
        LlamaEngine engine = LlamaEngine.open(file, new EngineOptions(backend, 2, type))) {
      assertSameBits(engine, FINAL_TOKENS);
      assertThat(engine.segmentBytes()).isZero();
    }
  }

  @Test
  void finish_moreTokensThanAPassHolds_sameBitsAsWholePasses() {
    try (GgufFile file = GgufFile.open(TestModel.path());
        LlamaEngine engine = LlamaEngine.open(file, EngineOptions.defaults())) {
      assertSameBits(engine, LlamaForward.MAX_TOKENS + 5);
    }
  }

  @Test
  void dropped_halfWay_nothingIsAppended() {
    try (GgufFile file = GgufFile.open(TinyModel.write(folder));
        LlamaEngine engine = LlamaEngine.open(file, EngineOptions.defaults());
        KvSegment own = engine.newSegment(FINAL_TOKENS);
        KvSegment other = engine.newSegment(FINAL_TOKENS)) {
      Sequence sequence = new Sequence(tokens(engine, 5), List.of(), own, 0, true);
      LayeredPass pass = engine.layered(sequence);
      pass.advance(1);
      assertThatThrownBy(pass::finish).isInstanceOf(IllegalStateException.class);
      assertThat(own.tokens()).isZero();
      Sequence alone = new Sequence(tokens(engine, 5), List.of(), other, 0, true);
      assertThat(engine.forward(List.of(sequence)).getFirst())
          .containsExactly(engine.forward(List.of(alone)).getFirst());
    }
  }

  @Test
  void advance_engineClosed_isRefused() {
    try (GgufFile file = GgufFile.open(TinyModel.write(folder))) {
      LlamaEngine engine = LlamaEngine.open(file, EngineOptions.defaults());
      try (KvSegment own = engine.newSegment(5)) {
        LayeredPass pass = engine.layered(new Sequence(tokens(engine, 5), List.of(), own, 0, true));
        engine.close();
        assertThatThrownBy(() -> pass.advance(1))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("the engine is closed");
      }
    }
  }

  private static void assertSameBits(LlamaEngine engine, int finalTokens) {
    TokenIds last = tokens(engine, finalTokens);
    try (Arena arena = Arena.ofConfined();
        KvSegment whole = engine.newBlock(BLOCK_TOKENS);
        KvSegment filling = engine.newBlock(BLOCK_TOKENS);
        KvSegment expectedOwn = engine.newSegment(finalTokens);
        KvSegment own = engine.newSegment(finalTokens)) {
      KvRows rows = encoded(engine, arena);
      int layers = engine.model().geometry().layers();
      whole.install(layers(rows, 0, layers));
      whole.installed(BLOCK_TOKENS);
      Placed there = new Placed(whole, 0);
      Sequence expected = new Sequence(last, List.of(there), expectedOwn, BLOCK_TOKENS, true);
      float[] logits = engine.forward(List.of(expected)).getFirst();

      List<Placed> context = List.of(new Placed(filling, 0, BLOCK_TOKENS));
      LayeredPass pass = engine.layered(new Sequence(last, context, own, BLOCK_TOKENS, true));
      for (int layer = 0; layer < layers; layer++) {
        filling.install(layers(rows, layer, 1));
        pass.advance(layer + 1);
        somethingElse(engine);
      }
      assertThat(own.tokens()).isZero();
      assertThat(pass.finish()).containsExactly(logits);
      assertThat(own.rows(arena).k().mismatch(expectedOwn.rows(arena).k())).isEqualTo(-1);
      assertThat(own.rows(arena).v().mismatch(expectedOwn.rows(arena).v())).isEqualTo(-1);
    }
  }

  private static KvRows encoded(LlamaEngine engine, Arena arena) {
    try (KvSegment block = engine.newSegment(BLOCK_TOKENS)) {
      TokenIds tokens = tokens(engine, BLOCK_TOKENS);
      engine.forward(List.of(new Sequence(tokens, List.of(), block, 0, false)));
      return block.rows(arena).to(engine.elementType(), arena);
    }
  }

  /** A pass of others that uses the engine's common memory. */
  private static void somethingElse(LlamaEngine engine) {
    try (KvSegment own = engine.newSegment(7)) {
      engine.forward(List.of(new Sequence(tokens(engine, 7), List.of(), own, 0, true)));
    }
  }

  private static KvChunk layers(KvRows rows, int first, int count) {
    KvScales scales =
        rows.type() == ElementType.INT8
            ? new KvScales(
                part(rows, rows.scales().k(), first, count),
                part(rows, rows.scales().v(), first, count))
            : KvScales.NONE;
    return new KvChunk(
        first,
        count,
        0,
        rows.tokens(),
        part(rows, rows.k(), first, count),
        part(rows, rows.v(), first, count),
        scales);
  }

  private static MemorySegment part(KvRows rows, MemorySegment all, int first, int count) {
    KvGeometry geometry = rows.geometry();
    long layer = all.byteSize() / geometry.layers();
    return all.asSlice(first * layer, count * layer);
  }

  private static TokenIds tokens(Engine engine, int count) {
    Random random = new Random(count);
    return TokenIds.of(random.ints(count, 0, engine.model().vocabulary()).toArray());
  }
}
