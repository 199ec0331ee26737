package dev.kvasir.cli.faults;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import dev.kvasir.grid.hazelcast.HazelcastGrid;
import dev.kvasir.grid.ignite.IgniteGrid;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * Where the grids' libraries log to in this process until it is closed: a file instead of the
 * terminal, as a client of a grid that is being broken has much to say.
 */
final class GridLog implements AutoCloseable {
  private final List<Logger> loggers;
  private final FileAppender<ILoggingEvent> file;

  private GridLog(LoggerContext context, FileAppender<ILoggingEvent> file) {
    this.file = file;
    loggers =
        Stream.of(IgniteGrid.LIBRARY_LOGGER, HazelcastGrid.LIBRARY_LOGGER)
            .map(context::getLogger)
            .toList();
    loggers.forEach(logger -> {
      logger.addAppender(file);
      logger.setAdditive(false);
    });
  }

  /** Appends to the file. */
  static GridLog to(Path path) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    PatternLayoutEncoder lines = new PatternLayoutEncoder();
    lines.setContext(context);
    lines.setPattern("%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%n");
    lines.start();
    FileAppender<ILoggingEvent> file = new FileAppender<>();
    file.setContext(context);
    file.setFile(path.toString());
    file.setEncoder(lines);
    file.start();
    return new GridLog(context, file);
  }

  @Override
  public void close() {
    loggers.forEach(logger -> {
      logger.setAdditive(true);
      logger.detachAppender(file);
    });
    file.stop();
  }
}
