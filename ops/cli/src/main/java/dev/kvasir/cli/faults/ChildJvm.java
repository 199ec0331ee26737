package dev.kvasir.cli.faults;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How this very program is started as another process. */
final class ChildJvm {
  private ChildJvm() {}

  /** A command line of the plan's program with these settings. */
  static List<String> command(Plan plan, String heap, String subcommand, List<String> settings) {
    Path root = Path.of(System.getProperty("kvasir.root", "."));
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("@" + root.resolve("ops/jvm.options"));
    line.add("-Xmx" + heap);
    line.add("-XX:+UseSerialGC");
    line.add("-Dkvasir.root=" + root);
    line.add("-cp");
    line.add(System.getProperty("java.class.path"));
    line.add(plan.program());
    line.add(subcommand);
    settings.forEach(setting -> line.addAll(List.of("--set", setting)));
    return line;
  }
}
