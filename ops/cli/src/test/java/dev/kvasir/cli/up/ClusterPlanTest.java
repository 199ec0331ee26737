package dev.kvasir.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

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

  /** What two prefill workers, decode worker and admin process are told. */
  private static List<String> adapters(Optional<Path> adapter) {
    Path folder = Path.of("up");
    ClusterPlan plan =
        new ClusterPlan(
            "Program",
            folder,
            folder,
            Path.of("model.gguf"),
            adapter,
            GridConfig.Kind.IGNITE,
            1,
            2,
            1,
            2,
            "64MiB");
    return plan.parts().stream()
        .flatMap(part -> part.settings().stream())
        .filter(setting -> setting.startsWith("model.adapter="))
        .toList();
  }
}
