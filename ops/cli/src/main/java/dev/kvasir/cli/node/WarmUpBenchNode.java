package dev.kvasir.cli.node;

import dev.kvasir.bench.warmup.WarmUpNodeStart;
import dev.kvasir.block.BlockKey;
import dev.kvasir.config.ConfigReader;
import dev.kvasir.config.ConfigSource;
import dev.kvasir.config.ConfigSource.Flag;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.engine.AheadEncoder;
import dev.kvasir.store.BlockStore;
import dev.kvasir.warmup.PassageLayout;
import dev.kvasir.warmup.WarmUps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** A whole node with a grid of its own, on Ignite. Owns it. */
public record WarmUpBenchNode(LocalNode node) implements WarmUpNodeStart.Running {

  /** Starts such nodes with the built-in configuration, whatever files and variables say. */
  public static WarmUpNodeStart starter(Path model, String memory, String kv) {
    return budget ->
        new WarmUpBenchNode(LocalNode.open(new NodeOptions(model, config(memory, kv, budget))));
  }

  private static KvasirConfig config(String memory, String kv, OptionalLong budget) {
    List<Flag> flags = new ArrayList<>();
    flags.add(Flag.set("grid.memory_bytes=" + memory));
    flags.add(Flag.set("model.kv_element_type=" + kv));
    budget.ifPresent(bytes -> flags.add(Flag.set("eviction.budget_bytes=" + bytes)));
    return ConfigReader.read(
            KvasirConfig.class, KvasirConfig.defaults(), List.of(new ConfigSource.Flags(flags)))
        .value();
  }

  @Override
  public PassageLayout layout() {
    return node.passages();
  }

  @Override
  public BlockStore store() {
    return node.caches().store();
  }

  @Override
  public AheadEncoder encoder() {
    return node.encoder();
  }

  @Override
  public WarmUps warmUps(AheadEncoder encoder) {
    return node.warmUps(encoder);
  }

  @Override
  public Consumer<Collection<BlockKey>> used() {
    return node.touches()::used;
  }

  @Override
  public void close() {
    node.close();
  }
}
