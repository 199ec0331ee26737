package dev.kvasir.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.cli.FetchedModel;
import dev.kvasir.cli.Recorded;
import dev.kvasir.config.GridConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sixty seconds of what {@code kvasir faults} runs for longer. */
class FaultRunTest {
  private static final int PATIENCE = 4;
  private static final String PROGRAM = "dev.kvasir.cli.Kvasir";

  @TempDir private Path folder;

  @Test
  void run_oneMinute_noAnswerIsWrongLateOrRefusedAndNothingIsLost() {
    Path model = FetchedModel.path();
    Recorded steps = new Recorded();
    Plan plan =
        new Plan(
            1,
            EnumSet.allOf(Fault.class),
            Duration.ofMinutes(1),
            grid(),
            folder,
            model,
            PATIENCE,
            PROGRAM);

    Summary summary = new FaultRun(plan, steps::note).run();

    assertThat(summary.violations()).as(summary.text()).isEmpty();
    assertThat(summary.outcomes().get(Outcome.RIGHT)).isPositive();
    assertThat(summary.faults()).isNotEmpty();
  }

  private static GridConfig.Kind grid() {
    String name = System.getProperty("kvasir.tests.grid", "");
    return name.equals("hazelcast") ? GridConfig.Kind.HAZELCAST : GridConfig.Kind.IGNITE;
  }
}
