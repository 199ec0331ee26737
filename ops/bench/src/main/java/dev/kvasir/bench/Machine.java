package dev.kvasir.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where figures come from: they mean nothing without it. */
public final class Machine {
  private Machine() {}

  /**
   * Processor, cores, JDK and commit in one line.
   *
   * @param root the project's folder
   */
  public static String line(Path root) {
    return "%s, %d cores, %s, Java %s, commit %s"
        .formatted(
            processor(),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.name"),
            Runtime.version(),
            commit(root));
  }

  /** The processor's name, as Linux tells it. */
  public static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  /** The JVM's sizes and options, without the access flags that every run has. */
  public static String flags() {
    return String.join(
        " ",
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("-X"))
            .toList());
  }

  /** The commit that the folder is at, with a mark if it was changed. */
  public static String commit(Path root) {
    try {
      Process git =
          new ProcessBuilder(
                  "git", "-C", root.toString(), "describe", "--always", "--dirty", "--abbrev=10")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String name = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return name.isEmpty() ? "unknown" : name;
    } catch (IOException e) {
      return "unknown";
    }
  }
}
