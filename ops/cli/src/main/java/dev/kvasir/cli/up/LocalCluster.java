package dev.kvasir.cli.up;

import dev.kvasir.cli.console.UserError;
import dev.kvasir.cli.node.RunningNode;
import dev.kvasir.cli.up.ClusterPlan.Part;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The processes of a local cluster, each with a log file of its own. Owns them: one that ends is
 * started again, as a supervisor does; closing ends all, the cache nodes last. Thread-safe.
 */
public final class LocalCluster implements RunningNode {
  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration REST = Duration.ofSeconds(3);
  private static final int END_SECONDS = 20;
  private static final int TAIL_LINES = 5;

  private final ClusterPlan plan;
  private final Duration rest;
  private final Map<Part, Process> processes = new LinkedHashMap<>();
  private boolean closed;

  /** Processes that do not run yet. */
  public LocalCluster(ClusterPlan plan) {
    this(plan, REST);
  }

  /** Waits for so long before it starts a process again. */
  LocalCluster(ClusterPlan plan, Duration rest) {
    this.plan = plan;
    this.rest = rest;
  }

  /**
   * Starts everything; returns when all can be used. Closing it meanwhile ends what has been
   * started.
   *
   * @param said is told of each that can
   * @throws UserError if one cannot be started
   */
  public void start(Consumer<String> said) {
    try {
      Files.createDirectories(plan.folder());
      Files.createDirectories(plan.corpora());
      List<Part> parts = plan.parts();
      start(parts.subList(0, plan.cacheNodes()), said);
      start(parts.subList(plan.cacheNodes(), parts.size()), said);
    } catch (IOException e) {
      throw new UserError("the processes could not be started: " + e.getMessage(), e);
    }
  }

  private void start(List<Part> parts, Consumer<String> said) throws IOException {
    for (Part part : parts) {
      if (!launch(part, Redirect.to(log(part).toFile()))) {
        throw new UserError("interrupted while the processes were started");
      }
    }
    for (Part part : parts) {
      awaitReady(part);
      said.accept(part.name() + " is up");
    }
  }

  /** False if all is to end. */
  private synchronized boolean launch(Part part, Redirect output) throws IOException {
    if (closed) {
      return false;
    }
    ProcessBuilder builder =
        new ProcessBuilder(part.commandLine(plan.program()))
            .redirectErrorStream(true)
            .redirectOutput(output);
    builder
        .environment()
        .keySet()
        .removeIf(key -> key.startsWith("KVASIR_") && !key.equals("KVASIR_HOME"));
    processes.put(part, builder.start());
    return true;
  }

  private Path log(Part part) {
    return plan.folder().resolve(part.name() + ".log");
  }

  private void awaitReady(Part part) throws IOException {
    long end = System.nanoTime() + START.toNanos();
    while (!Files.readString(log(part)).contains(part.readyText())) {
      if (!isAlive(part) || System.nanoTime() - end > 0) {
        throw new UserError(
            "%s did not come up, its log %s ends with:%n%s"
                .formatted(part.name(), log(part), tail(part)));
      }
      pause();
    }
  }

  private synchronized boolean isAlive(Part part) {
    Process process = processes.get(part);
    return process != null && process.isAlive();
  }

  private String tail(Part part) throws IOException {
    List<String> lines = Files.readAllLines(log(part));
    return String.join(
        System.lineSeparator(),
        lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
  }

  /** Looks on until it is interrupted or closed; starts again what has ended, and says so. */
  public void watch(Consumer<String> said) {
    Map<Part, Long> ended = new HashMap<>();
    while (!Thread.currentThread().isInterrupted() && !isClosed()) {
      for (Part part : parts()) {
        if (!isAlive(part) && !isClosed()) {
          restart(part, ended, said);
        }
      }
      pause();
    }
  }

  private void restart(Part part, Map<Part, Long> ended, Consumer<String> said) {
    long now = System.nanoTime();
    Long since = ended.putIfAbsent(part, now);
    if (since == null) {
      said.accept("%s has ended and is started again, see %s".formatted(part.name(), log(part)));
    } else if (now - since >= rest.toNanos()) {
      ended.remove(part);
      try {
        launch(part, Redirect.appendTo(log(part).toFile()));
      } catch (IOException e) {
        said.accept("%s cannot be started: %s".formatted(part.name(), e.getMessage()));
      }
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized List<Part> parts() {
    return List.copyOf(processes.keySet());
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("interrupted", e);
    }
  }

  @Override
  public void close() {
    List<Process> all;
    synchronized (this) {
      closed = true;
      all = new ArrayList<>(processes.values()).reversed();
    }
    int cacheNodes = Math.min(plan.cacheNodes(), all.size());
    end(all.subList(0, all.size() - cacheNodes));
    end(all.subList(all.size() - cacheNodes, all.size()));
  }

  private static void end(List<Process> processes) {
    processes.forEach(Process::destroy);
    for (Process process : processes) {
      try {
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
