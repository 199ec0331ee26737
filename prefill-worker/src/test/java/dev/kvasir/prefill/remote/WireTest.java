package dev.kvasir.prefill.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DocumentRef;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.prefill.testing.Blocks;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireTest {
  private static final CacheableBlock PREFIX = Blocks.alone(TokenIds.of(1, 2, 3));

  @Test
  void encodeCall_blockBehindPrefix_keepsItsKeyAndDocuments() {
    CacheableBlock bare = Blocks.behind(PREFIX, TokenIds.of(7, 8));
    CacheableBlock block =
        new CacheableBlock(
            bare.identity(),
            bare.prefix(),
            Set.of(
                new DocumentRef(Optional.of("papers"), Optional.of("one")),
                new DocumentRef(Optional.empty(), Optional.of("two"))));
    CacheableBlock read = EncodeCall.parse(EncodeCall.of(block));
    assertThat(read).isEqualTo(block);
    assertThat(read.key()).isEqualTo(block.key());
    assertThat(EncodeCall.parse(EncodeCall.of(PREFIX))).isEqualTo(PREFIX);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{}",
        "{\"model\":\"m\",\"element_type\":\"FLOAT16\",\"scope\":\"s\",\"tokens\":[],\"documents\":[]}",
        "{\"model\":\"m\",\"element_type\":\"FLOAT99\",\"scope\":\"s\",\"tokens\":[1],\"documents\":[]}",
        "{\"model\":\"m\",\"element_type\":\"FLOAT16\",\"scope\":\"s\",\"tokens\":[1],\"documents\":[{}]}",
        "{\"model\":\"m\",\"element_type\":\"FLOAT16\",\"scope\":\"s\",\"tokens\":[1],\"documents\":[null]}",
        "{\"model\":\"m\",\"element_type\":\"FLOAT16\",\"scope\":\"s\",\"tokens\":[1],\"documents\":[],"
            + "\"prefix\":{}}"
      })
  void encodeCall_notOne_isRefused(String json) {
    assertThatThrownBy(() -> EncodeCall.parse(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("Exception");
  }

  @Test
  void frames_ofABlock_areReadBack() {
    Random random = new Random(5);
    byte[] header = new byte[17];
    byte[] chunk = new byte[1000];
    random.nextBytes(header);
    random.nextBytes(chunk);
    EncodedBlock block = new EncodedBlock(PREFIX.key(), header, List.of(chunk, new byte[0]));
    byte[] frames = BlockFrames.of(block);
    EncodedBlock read = BlockFrames.parse(block.key(), frames);
    assertThat(read.header()).isEqualTo(header);
    assertThat(read.chunks()).containsExactlyElementsOf(block.chunks());
    for (int length = 0; length < frames.length; length++) {
      byte[] cut = Arrays.copyOf(frames, length);
      assertThatThrownBy(() -> BlockFrames.parse(block.key(), cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(
            () -> BlockFrames.parse(block.key(), Arrays.copyOf(frames, frames.length + 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rendezvous_workerLeaves_onlyItsKeysMove() {
    List<String> workers = List.of("a", "b", "c", "d");
    List<String> rest = List.of("d", "a", "c");
    Map<String, Integer> owned = new HashMap<>();
    for (BlockKey key : keys(400)) {
      String owner = Rendezvous.order(key, workers, w -> w).getFirst();
      owned.merge(owner, 1, Integer::sum);
      String next = Rendezvous.order(key, rest, w -> w).getFirst();
      assertThat(next)
          .isEqualTo(owner.equals("b") ? Rendezvous.order(key, workers, w -> w).get(1) : owner);
    }
    assertThat(owned.values()).allMatch(count -> count > 60 && count < 140);
  }

  private static Set<BlockKey> keys(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Blocks.alone(TokenIds.of(i)).key())
        .collect(Collectors.toSet());
  }
}
