package dev.kvasir.cli.console;

import java.io.Console;
import java.time.Duration;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * How many of so many things are done: a moving bar on a terminal, a line every ten seconds
 * elsewhere; on standard error. Not thread-safe.
 */
public final class CountedProgress implements AutoCloseable {
  private static final int WIDTH = 100;
  private static final Duration EVERY = Duration.ofSeconds(10);

  private final String name;
  private final String unit;
  private final long total;
  private final Optional<ProgressBar> bar;
  private long saidNanos = System.nanoTime();

  private CountedProgress(String name, String unit, long total, Optional<ProgressBar> bar) {
    this.name = name;
    this.unit = unit;
    this.total = total;
    this.bar = bar;
  }

  /** Starts to show. */
  public static CountedProgress onStandardError(String name, String unit, long total) {
    boolean terminal =
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    return new CountedProgress(
        name, unit, total, terminal ? Optional.of(bar(name, unit, total)) : Optional.empty());
  }

  private static ProgressBar bar(String name, String unit, long total) {
    return new ProgressBarBuilder()
        .setTaskName(name)
        .setInitialMax(total)
        .setUnit(" " + unit, 1)
        .setStyle(ProgressBarStyle.ASCII)
        .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
        .build();
  }

  /** So many are done. */
  public void at(long done) {
    bar.ifPresent(moving -> moving.stepTo(done));
    long now = System.nanoTime();
    if (bar.isEmpty() && now - saidNanos >= EVERY.toNanos()) {
      saidNanos = now;
      System.err.printf("kvasir: %s: %,d of %,d %s%n", name, done, total, unit);
    }
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
  }
}
