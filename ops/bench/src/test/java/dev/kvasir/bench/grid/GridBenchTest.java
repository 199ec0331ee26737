package dev.kvasir.bench.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.bench.BenchException;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvGeometry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GridBenchTest {
  /** Each with a header and more than one chunk. */
  private static final BlockSet SMALL = new BlockSet(3, 40, new KvGeometry(30, 3, 64));

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void run_smallBlocksWithoutRedis_movesEveryByte(GridKind kind) {
    GridBench.Plan plan =
        new GridBench.Plan(List.of(kind), SMALL, List.of(), 1, 2, Optional.empty());
    WorkerStart none =
        (grid, port, kv) -> {
          throw new AssertionError("no first token was asked for");
        };

    JsonNode rows =
        new GridBench(plan, List.of(), none, step -> {}).run().json(folder).path("rows");

    assertThat(rows).hasSize(2);
    assertThat(rows)
        .allSatisfy(row -> {
          assertThat(row.path("grid").asText()).isEqualTo(kind.label());
          assertThat(row.path("own").asDouble()).isPositive();
        });
    assertThat(rows.at("/0/rival").asDouble()).isPositive();
    assertThat(rows.at("/1/rival").isNull()).isTrue();
  }

  @Test
  void encoded_twiceAndByItsArguments_isTheSame() {
    List<EncodedBlock> blocks = SMALL.encoded();
    List<EncodedBlock> again = BlockSet.parse(SMALL.arguments()).encoded();

    assertThat(blocks.getFirst().chunks()).hasSizeGreaterThan(1);
    for (int block = 0; block < blocks.size(); block++) {
      assertThat(again.get(block).key()).isEqualTo(blocks.get(block).key());
      assertThat(again.get(block).header()).isEqualTo(blocks.get(block).header());
      assertThat(again.get(block).chunks()).containsExactlyElementsOf(blocks.get(block).chunks());
    }
  }

  @Test
  void usual_blocks_areOfTheSizeThatTheBarNames() {
    EncodedBlock block = BlockSet.usual(1).encoded().getFirst();

    // 100 tokens, K and V, 30 layers, 3 heads, 64 numbers of 2 bytes, and what frames them
    assertThat(block.sizeBytes()).isBetween(2_304_000L, 2_310_000L);
  }

  @Test
  void measure_wrongByte_endsTheRun() {
    List<EncodedBlock> blocks = SMALL.encoded();
    PullSeries series = new PullSeries(new WrongSource(blocks), blocks);

    assertThatThrownBy(series::measure)
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("record 1 of block 2");
  }

  @Test
  void redis_folders_areSearchedInOrder() throws IOException {
    Path program = Files.createFile(folder.resolve("redis-server"));

    assertThat(GridBench.Plan.redisIn("no/such:" + folder)).isEmpty();
    assertThat(program.toFile().setExecutable(true)).isTrue();
    assertThat(GridBench.Plan.redisIn(":no/such:" + folder)).contains(program);
    assertThat(GridBench.Plan.redisIn("")).isEmpty();
  }

  /** Gives one byte wrong. */
  private record WrongSource(List<EncodedBlock> blocks) implements Source {
    @Override
    public String name() {
      return "wrong";
    }

    @Override
    public ProcessHandle far() {
      return ProcessHandle.current();
    }

    @Override
    public void pull() {}

    @Override
    public ByteBuffer record(int block, int record) {
      EncodedBlock found = blocks.get(block);
      byte[] bytes = record == 0 ? found.header() : found.chunks().get(record - 1).clone();
      if (block == 2 && record == 1) {
        bytes[bytes.length / 2]++;
      }
      return ByteBuffer.wrap(bytes);
    }

    @Override
    public void forget() {}

    @Override
    public void close() {}
  }
}
