package dev.kvasir.bench.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.bench.BenchException;
import dev.kvasir.bench.OutcomeFile;
import dev.kvasir.block.ElementType;
import dev.kvasir.engine.sample.LogitGap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutcomeFileTest {
  private static final LogitGap GAP = new LogitGap(3, 4, 0.5, 0.25, 0.125, 1e-9);
  private static final Outcome WITHOUT =
      new Outcome("who?\n", Mode.BLOCKS, ElementType.FLOAT16, 4, 700, GAP, null);
  private static final Outcome WITH =
      new Outcome("where?", Mode.FULL, ElementType.FLOAT16, 4, 700, GAP, 3);

  @TempDir private Path folder;
  private Path path = Path.of("");
  private OutcomeFile<Outcome> file = new OutcomeFile<>(path, Outcome.class);

  @BeforeEach
  void open() {
    path = folder.resolve("outcomes");
    file = new OutcomeFile<>(path, Outcome.class);
  }

  @Test
  void read_noFile_isEmpty() throws IOException {
    assertThat(file.read()).isEmpty();
  }

  @Test
  void read_appended_areTheSame() throws IOException {
    file.append(WITHOUT);
    file.append(WITH);

    assertThat(file.read()).containsExactly(WITHOUT, WITH);
  }

  @Test
  void read_lastLineCutOff_isDroppedForGood() throws IOException {
    file.append(WITHOUT);
    Files.writeString(path, "{\"question\":\"wh", StandardOpenOption.APPEND);

    assertThat(file.read()).containsExactly(WITHOUT);
    file.append(WITH);
    assertThat(file.read()).containsExactly(WITHOUT, WITH);
  }

  @Test
  void read_foreignFile_saysWhichOne() throws IOException {
    Files.writeString(path, "no outcome\n");

    assertThatThrownBy(file::read)
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("outcomes");
  }
}
