package dev.kvasir.cli.node;

import dev.kvasir.bench.BenchTarget;
import dev.kvasir.bench.grid.GridKind;
import dev.kvasir.bench.grid.WorkerStart;
import dev.kvasir.block.ElementType;
import dev.kvasir.config.ConfigReader;
import dev.kvasir.config.ConfigSource;
import dev.kvasir.config.ConfigSource.Flag;
import dev.kvasir.config.KvasirConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A whole node, as {@code serve} starts it, that holds no blocks of the grid itself. Owns it.
 *
 * @param target valid until it is closed
 */
public record GridClientWorker(LocalNode node, BenchTarget target) implements WorkerStart.Running {

  private GridClientWorker(LocalNode node) {
    this(
        node,
        new BenchTarget(node.engine(), node.decode().generator(), node.layout(), node.caches()));
  }

  /** Starts such nodes with the built-in configuration, whatever files and variables say. */
  public static WorkerStart starter(Path model, int threads) {
    return (grid, port, kv) ->
        new GridClientWorker(
            LocalNode.open(new NodeOptions(model, config(grid, port, kv, threads))));
  }

  private static KvasirConfig config(GridKind grid, int port, ElementType kv, int threads) {
    List<Flag> flags =
        Stream.of(
                "grid.kind=" + grid.label(),
                "grid.role=client",
                "grid.cluster_name=" + GridKind.CLUSTER,
                "grid.discovery.seeds=127.0.0.1:" + port,
                "model.kv_element_type=" + kv.name().toLowerCase(Locale.ROOT),
                "model.threads=" + threads)
            .map(Flag::set)
            .toList();
    return ConfigReader.read(
            KvasirConfig.class, KvasirConfig.defaults(), List.of(new ConfigSource.Flags(flags)))
        .value();
  }

  @Override
  public void close() {
    node.close();
  }
}
