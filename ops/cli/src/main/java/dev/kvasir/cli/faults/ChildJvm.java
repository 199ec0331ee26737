package dev.kvasir.cli.faults;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How this very program is started as another process: by the main class it was started with. */
final class ChildJvm {
  private ChildJvm() {}

  /** A command line of Kvasir with these settings. */
  static List<String> command(String heap, String subcommand, List<String> settings) {
    Path root = Path.of(System.getProperty("kvasir.root", "."));
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("@" + root.resolve("ops/jvm.options"));
    line.add("-Xmx" + heap);
    line.add("-XX:+UseSerialGC");
    line.add("-Dkvasir.root=" + root);
    line.add("-cp");
    line.add(System.getProperty("java.class.path"));
    line.add(System.getProperty("sun.java.command", "").split(" ", 2)[0]);
    line.add(subcommand);
    settings.forEach(setting -> line.addAll(List.of("--set", setting)));
    return line;
  }
}
