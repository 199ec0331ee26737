package dev.kvasir.cli.node;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import dev.kvasir.admin.LogLevels;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.warmup.job.Answers;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * The levels of Logback in this process, which follows those that an operator set in the grid,
 * until it is closed. Thread-safe.
 */
final class ClusterLogLevels implements LogLevels, AutoCloseable {
  private static final String MAP = "kvasir-log-levels";
  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(ClusterLogLevels.class);

  private final SharedMap map;
  private final Subscription subscription;

  /** Takes over what was set before, as soon as the grid tells it. */
  ClusterLogLevels(Grid grid) {
    map = grid.map(MAP);
    subscription = map.watch(new Following());
    readAll();
  }

  private void readAll() {
    var _ =
        map.entries()
            .thenAccept(levels -> levels.forEach(ClusterLogLevels::apply))
            .exceptionally(failure -> {
              LOG.debug("log levels of the cluster are not known yet", failure);
              return null;
            });
  }

  private static void apply(String logger, String level) {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (factory instanceof LoggerContext context) {
      context.getLogger(logger).setLevel(Level.toLevel(level, Level.INFO));
    }
  }

  @Override
  public Map<String, String> levels() {
    Map<String, String> levels = new TreeMap<>();
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      for (Logger logger : context.getLoggerList()) {
        if (logger.getLevel() != null) {
          levels.put(logger.getName(), logger.getLevel().toString());
        }
      }
    }
    return levels;
  }

  @Override
  public void set(String logger, String level) {
    boolean done = false;
    while (!done) {
      String known = Answers.await(map.getAll(List.of(logger))).get(logger);
      done =
          known == null
              ? Answers.await(map.putIfAbsent(logger, level, SharedMap.FOREVER)).isEmpty()
              : Answers.await(map.replace(logger, known, level, SharedMap.FOREVER));
    }
    apply(logger, level);
  }

  private final class Following implements SharedMap.Watcher {
    @Override
    public void changed(String logger, String level) {
      apply(logger, level);
    }

    @Override
    public void gone(String logger) {}

    @Override
    public void interrupted() {
      readAll();
    }
  }

  @Override
  public void close() {
    subscription.close();
  }
}
