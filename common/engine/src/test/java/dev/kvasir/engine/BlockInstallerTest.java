package dev.kvasir.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvRows;
import dev.kvasir.block.TokenIds;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.testing.TinyModel;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockInstallerTest {
  private static final int TOKENS = 19;

  @TempDir private Path folder;
  private GgufFile file;
  private LlamaEngine engine;
  private ArrowBlockCodec codec;
  private BlockInstaller installer;

  @BeforeEach
  void open() {
    file = GgufFile.open(TinyModel.write(folder));
    engine = LlamaEngine.open(file, EngineOptions.defaults());
    codec = new ArrowBlockCodec();
    installer = new BlockInstaller(engine, codec);
  }

  @AfterEach
  void close() {
    assertThat(engine.segmentBytes()).isZero();
    assertThat(codec.allocatedBytes()).isZero();
    codec.close();
    engine.close();
    file.close();
  }

  @Test
  void install_wholeBlock_givesTheEncodedRows() {
    BlockIdentity identity = identity("here");
    try (Arena arena = Arena.ofConfined();
        KvSegment encoded = encode(identity);
        KvSegment installed = installer.install(identity, written(identity))) {
      KvRows expected = encoded.rows(arena);
      KvRows rows = installed.rows(arena);
      assertThat(installed.tokens()).isEqualTo(TOKENS);
      assertThat(rows.k().mismatch(expected.k())).isEqualTo(-1);
      assertThat(rows.v().mismatch(expected.v())).isEqualTo(-1);
    }
  }

  @Test
  void accept_chunksOneByOne_tellsHowManyLayersAreWhole() {
    BlockIdentity identity = identity("here");
    EncodedBlock block = written(identity);
    BlockInstallation installation = installer.start(identity, block.header());
    try (KvSegment segment = installation.segment()) {
      assertThat(installation.layers()).isZero();
      assertThatThrownBy(installation::finish).isInstanceOf(DamagedBlockException.class);
      block.chunks().forEach(installation::accept);
      assertThat(installation.layers()).isEqualTo(TinyModel.LAYERS);
      assertThat(segment.tokens()).isZero();
      installation.finish();
      assertThat(segment.tokens()).isEqualTo(TOKENS);
      byte[] again = block.chunks().getLast();
      assertThatThrownBy(() -> installation.accept(again))
          .isInstanceOf(DamagedBlockException.class);
    }
  }

  @Test
  void install_int8Block_staysRoundedAndTakesLittleMoreThanHalf() {
    EngineOptions usual = EngineOptions.defaults();
    EngineOptions int8 = new EngineOptions(usual.backend(), 1, ElementType.INT8);
    try (LlamaEngine rounding = LlamaEngine.open(file, int8);
        Arena arena = Arena.ofConfined();
        KvSegment encoded = encode(identity("here"))) {
      BlockIdentity identity = identity("here", ElementType.INT8);
      KvRows expected = encoded.rows(arena).to(ElementType.INT8, arena);
      try (KvSegment installed =
          new BlockInstaller(rounding, codec).install(identity, codec.encode(identity, expected))) {
        KvRows rows = installed.rows(arena);
        assertThat(installed.type()).isEqualTo(ElementType.INT8);
        assertThat(rows.k().mismatch(expected.k())).isEqualTo(-1);
        assertThat(rows.v().mismatch(expected.v())).isEqualTo(-1);
        assertThat(rows.scales().k().mismatch(expected.scales().k())).isEqualTo(-1);
        assertThat(rows.scales().v().mismatch(expected.scales().v())).isEqualTo(-1);
        assertThat(installed.bytes()).isLessThan(encoded.bytes() * 2 / 3);
        assertThat(rounding.segmentBytes()).isEqualTo(installed.bytes());
      }
      assertThat(rounding.segmentBytes()).isZero();
    }
  }

  @Test
  void install_blockOfAnotherElementType_isRefused() {
    BlockIdentity identity = identity("here", ElementType.INT8);
    try (Arena arena = Arena.ofConfined();
        KvSegment encoded = encode(identity)) {
      KvRows rows = encoded.rows(arena).to(ElementType.INT8, arena);
      assertDamaged(identity, codec.encode(identity, rows));
    }
  }

  @Test
  void install_blockOfAnotherScope_isRefused() {
    assertDamaged(identity("here"), written(identity("there")));
  }

  @Test
  void install_chunkMissing_isRefused() {
    BlockIdentity identity = identity("here");
    EncodedBlock whole = written(identity);
    List<byte[]> fewer = whole.chunks().subList(0, whole.chunks().size() - 1);
    assertDamaged(identity, new EncodedBlock(whole.key(), whole.header(), fewer));
  }

  @Test
  void install_lastChunkDamaged_isRefusedAndFreesWhatWasInstalled() {
    BlockIdentity identity = identity("here");
    EncodedBlock whole = written(identity);
    List<byte[]> chunks = new ArrayList<>(whole.chunks());
    byte[] last = chunks.removeLast().clone();
    last[last.length / 2] ^= 1;
    chunks.add(last);
    assertDamaged(identity, new EncodedBlock(whole.key(), whole.header(), chunks));
  }

  @Test
  void install_chunksOfAnotherBlock_isRefused() {
    BlockIdentity identity = identity("here");
    EncodedBlock whole = written(identity);
    List<byte[]> foreign = written(identity("there")).chunks();
    assertDamaged(identity, new EncodedBlock(whole.key(), whole.header(), foreign));
  }

  private void assertDamaged(BlockIdentity identity, EncodedBlock block) {
    assertThatThrownBy(() -> installer.install(identity, block))
        .isInstanceOf(DamagedBlockException.class);
    assertThatThrownBy(() -> installer.verify(identity, block))
        .isInstanceOf(DamagedBlockException.class);
  }

  private EncodedBlock written(BlockIdentity identity) {
    try (Arena arena = Arena.ofConfined();
        KvSegment encoded = encode(identity)) {
      return codec.encode(identity, encoded.rows(arena));
    }
  }

  private KvSegment encode(BlockIdentity identity) {
    KvSegment segment = engine.newSegment(TOKENS);
    engine.forward(List.of(new Sequence(identity.tokens(), List.of(), segment, 0, false)));
    return segment;
  }

  private BlockIdentity identity(String scope) {
    return identity(scope, engine.elementType());
  }

  private BlockIdentity identity(String scope, ElementType type) {
    int[] ids = IntStream.range(0, TOKENS).map(i -> 7 * i % TinyModel.VOCABULARY).toArray();
    return new BlockIdentity(
        engine.model().fingerprint(), type, Optional.empty(), scope, TokenIds.of(ids));
  }
}
