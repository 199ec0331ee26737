package dev.kvasir.cli.console;

import java.io.Console;
import java.io.PrintStream;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A moving bar on a terminal, one line per task elsewhere. */
public final class TerminalProgress implements Progress {
  private static final long MEGABYTE = 1_000_000;
  private static final int WIDTH = 100;

  private final PrintStream out;
  private final boolean moving;

  TerminalProgress(PrintStream out, boolean moving) {
    this.out = out;
    this.moving = moving;
  }

  /** Writes to standard error, so that standard output stays the command's own. */
  public static TerminalProgress onStandardError() {
    boolean terminal =
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    return new TerminalProgress(System.err, terminal);
  }

  @Override
  public Task start(String name, long totalBytes) {
    if (!moving) {
      note("%s (%d MB) ...".formatted(name, totalBytes / MEGABYTE));
      return new Quiet();
    }
    return new Bar(
        new ProgressBarBuilder()
            .setTaskName(name)
            .setInitialMax(totalBytes)
            .setUnit(" MB", MEGABYTE)
            .setStyle(ProgressBarStyle.ASCII)
            .setConsumer(new ConsoleProgressBarConsumer(out, WIDTH))
            .build());
  }

  /** Starts a task of a known number of steps; without a terminal it says a line now and then. */
  public Task count(String name, long steps) {
    if (!moving) {
      return new Lines(this, name, steps);
    }
    return new Bar(
        new ProgressBarBuilder()
            .setTaskName(name)
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.ASCII)
            .setConsumer(new ConsoleProgressBarConsumer(out, WIDTH))
            .build());
  }

  @Override
  public void note(String line) {
    out.println("kvasir: " + line);
  }

  private record Quiet() implements Task {
    @Override
    public void at(long bytes) {}

    @Override
    public void close() {}
  }

  /** One line for each twentieth. Thread-safe. */
  private static final class Lines implements Task {
    private final TerminalProgress progress;
    private final String name;
    private final long steps;
    private long said = -1;

    Lines(TerminalProgress progress, String name, long steps) {
      this.progress = progress;
      this.name = name;
      this.steps = steps;
    }

    @Override
    public synchronized void at(long step) {
      long twentieth = 20 * step / Math.max(1, steps);
      if (twentieth > said) {
        said = twentieth;
        progress.note("%s: %d of %d".formatted(name, step, steps));
      }
    }

    @Override
    public void close() {}
  }

  private record Bar(ProgressBar bar) implements Task {
    @Override
    public void at(long bytes) {
      bar.stepTo(Math.min(bytes, bar.getMax()));
    }

    @Override
    public void close() {
      bar.close();
    }
  }
}
