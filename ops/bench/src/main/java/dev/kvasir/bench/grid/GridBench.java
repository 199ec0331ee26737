package dev.kvasir.bench.grid;

import dev.kvasir.bench.Checks;
import dev.kvasir.bench.TtftBench;
import dev.kvasir.bench.TtftMode;
import dev.kvasir.bench.TtftRow;
import dev.kvasir.bench.engine.Spread;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.engine.prompt.Passage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * Grids of one member in a process of its own, each beside its rivals: how fast blocks come from
 * there, and how long the first token takes when they have to.
 */
public final class GridBench {
  private static final int WARM_UPS = 15;

  private final Plan plan;
  private final List<Passage> passages;
  private final WorkerStart workers;
  private final Consumer<String> progress;

  /**
   * What to measure.
   *
   * @param blocks what is pulled
   * @param kv element types of the blocks behind a first token; none: only pulls
   * @param contextTokens passages before it
   * @param redis the program, where it is installed
   */
  public record Plan(
      List<GridKind> grids,
      BlockSet blocks,
      List<ElementType> kv,
      int contextTokens,
      int repeats,
      Optional<Path> redis) {
    public Plan {
      grids = List.copyOf(grids);
      kv = List.copyOf(kv);
      Checks.require(!grids.isEmpty(), "a grid benchmark needs a grid");
      Checks.require(repeats > 0, "a benchmark needs a repeat");
    }

    /** Redis in these folders, separated as in PATH. */
    public static Optional<Path> redisIn(String folders) {
      return RedisServer.find(folders);
    }
  }

  /**
   * A benchmark that is ready to run.
   *
   * @param passages enough for the context
   * @param progress told of each step
   */
  public GridBench(
      Plan plan, List<Passage> passages, WorkerStart workers, Consumer<String> progress) {
    this.plan = plan;
    this.passages = List.copyOf(passages);
    this.workers = workers;
    this.progress = progress;
  }

  /**
   * Warms up, checks, measures.
   *
   * @throws dev.kvasir.bench.BenchException if a byte or an answer is not what it has to be
   */
  public GridReport run() {
    List<EncodedBlock> blocks = plan.blocks().encoded();
    List<GridRow> rows = new ArrayList<>();
    for (GridKind kind : plan.grids()) {
      progress.accept(kind.label() + ": starting the process with the blocks");
      try (FarProcess far = FarProcess.start(kind, plan.blocks())) {
        rows.addAll(pulls(kind, far, blocks));
        plan.kv().forEach(kv -> rows.add(firstToken(kind, far, kv)));
      }
    }
    return new GridReport(rows);
  }

  private List<GridRow> pulls(GridKind kind, FarProcess far, List<EncodedBlock> blocks) {
    PullBench bench = new PullBench(kind, blocks, plan.repeats(), progress);
    if (plan.redis().isEmpty()) {
      return bench.rows(far, Optional.empty());
    }
    try (RedisServer redis = RedisServer.start(plan.redis().get())) {
      return bench.rows(far, Optional.of(redis));
    }
  }

  private GridRow firstToken(GridKind kind, FarProcess far, ElementType kv) {
    progress.accept("%s: first token, %s".formatted(kind.label(), kv));
    TtftBench.Plan times =
        new TtftBench.Plan(
            List.of(plan.contextTokens()),
            plan.repeats(),
            List.of(TtftMode.GRID, TtftMode.LOCAL),
            WARM_UPS);
    try (WorkerStart.Running worker = workers.start(kind, far.gridPort(), kv)) {
      List<TtftRow> rows = new TtftBench(worker.target(), times, passages, progress).rows();
      return new GridRow(
          kind,
          GridWork.TTFT_GRID_VS_LOCAL,
          kv,
          figures(rows.getFirst()),
          Optional.of(figures(rows.getLast())));
    }
  }

  private static Figures figures(TtftRow row) {
    return new Figures(
        new Spread(row.medianMillis(), row.minMillis(), row.maxMillis()),
        OptionalDouble.empty(),
        row.mode().label());
  }
}
