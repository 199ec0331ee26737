package dev.kvasir.cli.faults;

import dev.kvasir.cli.console.UserError;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process of the cluster, started as often as needed; all it prints goes to one log file.
 * Thread-safe.
 */
final class Child {
  private static final long NEVER = Long.MAX_VALUE;
  private static final int KILL_SECONDS = 10;

  /** Whether it holds blocks. */
  enum Role {
    CACHE_NODE,
    WORKER
  }

  /** When a process ended that nobody had killed. */
  enum End {
    DURING_START,
    WHILE_UP
  }

  private final String name;
  private final Role role;
  private final List<String> command;
  private final String readyText;
  private final Path log;
  private @Nullable Process process;
  private boolean wanted;
  private long logStart;
  private long upSinceNanos = NEVER;
  private int starts;

  /**
   * A process that does not run yet.
   *
   * @param readyText what it prints when it can be used
   */
  Child(String name, Role role, List<String> command, String readyText, Path logs) {
    this.name = name;
    this.role = role;
    this.command = List.copyOf(command);
    this.readyText = readyText;
    this.log = logs.resolve(name + ".log");
  }

  String name() {
    return name;
  }

  Role role() {
    return role;
  }

  synchronized void start() {
    try {
      logStart = Files.exists(log) ? Files.size(log) : 0;
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder
          .environment()
          .keySet()
          .removeIf(key -> key.startsWith("KVASIR_") && !key.equals("KVASIR_HOME"));
      process = builder.start();
      wanted = true;
      starts++;
    } catch (IOException e) {
      throw new UserError("%s could not be started: %s".formatted(name, e.getMessage()), e);
    }
  }

  /** Kills it at once, as {@code kill -9} does; it stays down until it is started. */
  synchronized void kill() {
    wanted = false;
    upSinceNanos = NEVER;
    if (process == null) {
      return;
    }
    process.destroyForcibly();
    try {
      process.waitFor(KILL_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Freezes it. */
  void pause() {
    signal("-STOP");
  }

  /** Lets it go on after {@link #pause}. */
  void resume() {
    signal("-CONT");
  }

  private synchronized void signal(String signal) {
    if (process == null || !process.isAlive()) {
      return;
    }
    try {
      new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UserError("kill %s could not be run: %s".formatted(signal, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks whether it has become ready, or has ended by itself; starts it again then. */
  synchronized Optional<End> restartIfEnded() {
    if (!wanted || process == null) {
      return Optional.empty();
    }
    if (!process.isAlive()) {
      End end = upSinceNanos == NEVER ? End.DURING_START : End.WHILE_UP;
      upSinceNanos = NEVER;
      start();
      return Optional.of(end);
    }
    if (upSinceNanos == NEVER && printed().contains(readyText)) {
      upSinceNanos = System.nanoTime();
    }
    return Optional.empty();
  }

  private String printed() {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(logStart);
      byte[] bytes = new byte[(int) (file.length() - logStart)];
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  synchronized boolean up() {
    return upSinceNanos != NEVER && process != null && process.isAlive();
  }

  /** Whether it has been up since then without an interruption. */
  synchronized boolean upSince(long nanos) {
    return up() && upSinceNanos - nanos <= 0;
  }

  /** When it became ready, as {@link System#nanoTime()}; only while it is up. */
  synchronized long upSinceNanos() {
    return upSinceNanos;
  }

  synchronized int starts() {
    return starts;
  }
}
