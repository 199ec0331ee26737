package dev.kvasir.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
  @Test
  void parse_lineOfProc_bytes() {
    assertThat(PeakMemory.parse("VmHWM:\t   12345 kB")).isEqualTo(12_345L * 1024);
  }

  @Test
  void line_folderWithoutGit_saysUnknown(@TempDir Path folder) {
    assertThat(Machine.line(folder)).contains("cores", "Java 25", "commit unknown");
  }
}
