package dev.kvasir.cli.node;

import dev.kvasir.config.ConfigReader;
import dev.kvasir.config.ConfigSource;
import dev.kvasir.config.ConfigSource.Flag;
import dev.kvasir.config.KvasirConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Configurations of the nodes of one small grid on the loopback, which has two seeds. */
final class TestNodes {
  private TestNodes() {}

  /**
   * The node of that name, with these settings more. A busy machine is no late grid: who does not
   * wait for its answer encodes a second time.
   */
  static KvasirConfig config(
      int firstPort, int secondPort, String name, String memory, Stream<String> assignments) {
    List<Flag> flags = new ArrayList<>(assignments.map(Flag::set).toList());
    flags.add(Flag.set("grid.instance_name=" + name));
    flags.add(Flag.set("grid.memory_bytes=" + memory));
    flags.add(Flag.set("grid.partitions=32"));
    flags.add(Flag.set("prefill.lookup_deadline=5s"));
    flags.add(
        Flag.set(
            "grid.discovery.seeds=127.0.0.1:%d,127.0.0.1:%d".formatted(firstPort, secondPort)));
    return ConfigReader.read(
            KvasirConfig.class, KvasirConfig.defaults(), List.of(new ConfigSource.Flags(flags)))
        .value();
  }
}
