package dev.kvasir.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.config.Bytes;
import dev.kvasir.config.GridConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterPlanTest {
  @Test
  void parts_withAdapter_areAllToldOfIt() {
    assertThat(adapters(Optional.of(Path.of("/adapter"))))
        .hasSize(4)
        .containsOnly("model.adapter=/adapter");
  }

  @Test
  void parts_withoutAdapter_areToldThatThereIsNone() {
    assertThat(adapters(Optional.empty())).hasSize(4).containsOnly("model.adapter=none");
  }

  @Test
  void parts_settingsOfTheUser_comeLast() {
    assertThat(plan(Optional.empty(), GridConfig.Kind.IGNITE, List.of("a=b", "c=d")).parts())
        .hasSize(5)
        .allSatisfy(part -> assertThat(part.settings()).endsWith("a=b", "c=d"));
  }

  @Test
  void parts_hazelcast_haveHeapForTheirBlocks() {
    assertThat(plan(Optional.empty(), GridConfig.Kind.HAZELCAST, List.of()).parts())
        .extracting(ClusterPlan.Part::heap)
        .containsExactly("1280m", "3g", "3g", "3g", "512m");
  }

  /** What two prefill workers, decode worker and admin process are told. */
  private static List<String> adapters(Optional<Path> adapter) {
    return plan(adapter, GridConfig.Kind.IGNITE, List.of()).parts().stream()
        .flatMap(part -> part.settings().stream())
        .filter(setting -> setting.startsWith("model.adapter="))
        .toList();
  }

  private static ClusterPlan plan(
      Optional<Path> adapter, GridConfig.Kind grid, List<String> settings) {
    Path folder = Path.of("up");
    return new ClusterPlan(
        "Program",
        folder,
        folder,
        Path.of("model.gguf"),
        adapter,
        grid,
        1,
        2,
        1,
        2,
        Bytes.parse("1GiB"),
        "3g",
        settings);
  }
}
