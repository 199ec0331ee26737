package dev.kvasir.grid.hazelcast;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A member in a JVM of its own, which can be stopped and continued. Ends when its input does, so it
 * does not outlive the test. Linux and macOS only, as it needs {@code kill}.
 */
final class FarMember implements AutoCloseable {
  private final Process process;

  private FarMember(Process process) {
    this.process = process;
  }

  /** Starts a member without backups; returns when it has joined. */
  static FarMember start(int port, int seedPort) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of(System.getProperty("kvasir.root"), "ops", "jvm.options"),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                FarMember.class.getName(),
                Integer.toString(port),
                Integer.toString(seedPort))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.equals("joined")) {
        return new FarMember(process);
      }
    }
    throw new IOException("the far member ended before it joined");
  }

  static void main(String[] arguments) throws IOException {
    HazelcastSettings settings =
        TestMembers.withoutBackups(
            TestMembers.member(
                "far", Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1])));
    try (HazelcastGrid grid = HazelcastGrid.start(settings);
        var input = new InputStreamReader(System.in, StandardCharsets.UTF_8)) {
      if (grid.members().size() != 2) {
        throw new IllegalStateException("the far member is alone");
      }
      System.out.println("joined");
      while (input.read() >= 0) {}
    }
  }

  void signal(String name) throws IOException, InterruptedException {
    List<String> command = List.of("kill", "-" + name, Long.toString(process.pid()));
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IOException(command + " ended with " + status);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
