package dev.kvasir.bench.grid;

import dev.kvasir.bench.BenchException;
import dev.kvasir.bench.engine.Spread;
import dev.kvasir.block.EncodedBlock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Pulls of one source. Whether every byte is right is checked after each of them, outside its time;
 * then it is forgotten, so that no pull passes for the one before.
 */
final class PullSeries {
  private static final double MEBIBYTE = 1 << 20;
  private static final double GIBIBYTE = 1 << 30;

  private final Source source;
  private final List<EncodedBlock> expected;
  private final long bytes;
  private final List<Double> rates = new ArrayList<>();
  private Duration processors = Duration.ZERO;

  /** Borrows the source. */
  PullSeries(Source source, List<EncodedBlock> expected) {
    this.source = source;
    this.expected = expected;
    this.bytes = expected.stream().mapToLong(EncodedBlock::sizeBytes).sum();
  }

  void warmUp() {
    source.pull();
    check();
  }

  void measure() {
    Duration before = processorTime();
    long begin = System.nanoTime();
    source.pull();
    long taken = System.nanoTime() - begin;
    processors = processors.plus(processorTime()).minus(before);
    rates.add(bytes / MEBIBYTE / (taken / 1e9));
    check();
  }

  /** Of both processes so far; the system counts in hundredths of a second. */
  private Duration processorTime() {
    return of(ProcessHandle.current()).plus(of(source.far()));
  }

  private static Duration of(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private void check() {
    for (int block = 0; block < expected.size(); block++) {
      EncodedBlock wanted = expected.get(block);
      check(block, 0, wanted.header());
      for (int chunk = 0; chunk < wanted.chunks().size(); chunk++) {
        check(block, chunk + 1, wanted.chunks().get(chunk));
      }
    }
    source.forget();
  }

  private void check(int block, int record, byte[] wanted) {
    if (!source.record(block, record).equals(ByteBuffer.wrap(wanted))) {
      throw new BenchException(
          "%s: record %d of block %d is not the one that was stored"
              .formatted(source.name(), record, block));
    }
  }

  /** MiB/s, and the processor time of all measured pulls by their bytes. */
  Figures figures() {
    double gibibytes = rates.size() * bytes / GIBIBYTE;
    double seconds = processors.toNanos() / 1e9;
    return new Figures(
        Spread.of(rates),
        seconds > 0 ? OptionalDouble.of(seconds / gibibytes) : OptionalDouble.empty(),
        source.name());
  }
}
