package dev.kvasir.engine.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.read.ListAppender;
import ch.qos.logback.core.spi.FilterReply;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** With made-up rates: real ones are the machine's mood. */
final class TileCheckTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(TileCheck.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.addFilter(onlyThisThread());
    lines.start();
    logger.addAppender(lines);
    logger.setAdditive(false);
  }

  @AfterEach
  void leave() {
    logger.setAdditive(true);
    logger.detachAppender(lines);
  }

  @ParameterizedTest
  @CsvSource({"4.9, 10, 49 %", "0.1, 2, 5 %"})
  void run_tileBelowHalfOfPeak_warnsWithTheShare(double tile, double peak, String share) {
    new TileCheck(() -> tile, () -> peak).run();

    assertThat(lines.list).hasSize(1);
    ILoggingEvent line = lines.list.getFirst();
    assertThat(line.getLevel()).isEqualTo(Level.WARN);
    assertThat(line.getFormattedMessage())
        .contains("compiled badly", share + " of peak", "restart");
  }

  @ParameterizedTest
  @CsvSource({"5, 10", "9, 10", "11, 10"})
  void run_tileAtHalfOfPeakOrMore_isSilent(double tile, double peak) {
    new TileCheck(() -> tile, () -> peak).run();

    assertNoWarning();
  }

  @Test
  void run_slowUntilTheLastRound_isSilent() {
    new TileCheck(fastAt(TileCheck.ROUNDS), () -> 1).run();

    assertNoWarning();
  }

  @Test
  void run_peakSeenOnce_isThePeak() {
    new TileCheck(() -> 0.4, fastAt(1)).run();

    assertThat(lines.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN);
  }

  private void assertNoWarning() {
    assertThat(lines.list).noneMatch(line -> line.getLevel().isGreaterOrEqual(Level.INFO));
  }

  /** Another test's kernels may still be checked in the background. */
  private static Filter<ILoggingEvent> onlyThisThread() {
    String thread = Thread.currentThread().getName();
    return new Filter<>() {
      @Override
      public FilterReply decide(ILoggingEvent line) {
        return line.getThreadName().equals(thread) ? FilterReply.NEUTRAL : FilterReply.DENY;
      }
    };
  }

  /** A rate of 0.1, but of 0.9 the nth time. */
  private static DoubleSupplier fastAt(int n) {
    AtomicInteger calls = new AtomicInteger();
    return () -> calls.incrementAndGet() == n ? 0.9 : 0.1;
  }
}
