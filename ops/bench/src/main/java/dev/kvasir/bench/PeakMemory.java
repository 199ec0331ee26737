package dev.kvasir.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Largest resident size of this process, as Linux counts it. */
public final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String FIELD = "VmHWM:";

  private PeakMemory() {}

  /** Bytes, or 0 where the system does not say. */
  public static long bytes() {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(FIELD))
          .mapToLong(PeakMemory::parse)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Of a line such as {@code VmHWM: 12345 kB}. */
  static long parse(String line) {
    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
  }
}
