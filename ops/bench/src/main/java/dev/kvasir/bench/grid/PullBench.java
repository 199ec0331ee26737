package dev.kvasir.bench.grid;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * All blocks to this process: from the grid, over a plain connection, and from Redis. Every repeat
 * pulls from each once, so that the machine's moods hit all alike.
 */
final class PullBench {
  private static final int WARM_UPS = 80;

  private final GridKind kind;
  private final List<EncodedBlock> blocks;
  private final int repeats;
  private final Consumer<String> progress;

  PullBench(GridKind kind, List<EncodedBlock> blocks, int repeats, Consumer<String> progress) {
    this.kind = kind;
    this.blocks = blocks;
    this.repeats = repeats;
    this.progress = progress;
  }

  /** Measures; borrows all processes. */
  List<GridRow> rows(FarProcess far, Optional<RedisServer> redis) {
    try (Source grid = new GridSource(kind, far, blocks)) {
      PullSeries own = new PullSeries(grid, blocks);
      PullSeries tcp = new PullSeries(new TcpSource(far, blocks), blocks);
      if (redis.isEmpty()) {
        measure(List.of(tcp, own));
        return List.of(
            row(GridWork.PULL_VS_TCP, own, Optional.of(tcp)),
            row(GridWork.PULL_VS_REDIS, own, Optional.empty()));
      }
      try (Source values = new RedisSource(redis.get(), blocks)) {
        PullSeries other = new PullSeries(values, blocks);
        measure(List.of(tcp, other, own));
        return List.of(
            row(GridWork.PULL_VS_TCP, own, Optional.of(tcp)),
            row(GridWork.PULL_VS_REDIS, own, Optional.of(other)));
      }
    }
  }

  private void measure(List<PullSeries> all) {
    progress.accept(
        "%s: pulling %d blocks, %d times each".formatted(kind.label(), blocks.size(), repeats));
    for (int round = 0; round < WARM_UPS; round++) {
      all.forEach(PullSeries::warmUp);
    }
    for (int repeat = 0; repeat < repeats; repeat++) {
      all.forEach(PullSeries::measure);
    }
  }

  private GridRow row(GridWork work, PullSeries own, Optional<PullSeries> rival) {
    return new GridRow(
        kind, work, ElementType.FLOAT16, own.figures(), rival.map(PullSeries::figures));
  }
}
