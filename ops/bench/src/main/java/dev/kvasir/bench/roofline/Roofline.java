package dev.kvasir.bench.roofline;

import dev.kvasir.bench.BenchException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntToDoubleFunction;

/**
 * The best of some tries, with one thread and with two together: float32 multiply-adds in registers
 * (two operations each) and reading of memory.
 */
public record Roofline(
    double fmaGflops, double fmaGflopsOfTwo, double readGigabytes, double readGigabytesOfTwo) {
  private static final int TRIES = 5;
  private static final long FMA_ROUNDS = 20_000_000;
  private static final long READ_BYTES = 256L << 20;
  private static final double GIGA = 1e9;

  /** Measures all four; takes about two seconds. */
  public static Roofline measure() {
    IntToDoubleFunction fma = thread -> PeakLoops.multiplyAdd(FMA_ROUNDS);
    double operations = FMA_ROUNDS * PeakLoops.operationsOfRound() / GIGA;
    try (Arena arena = Arena.ofShared()) {
      List<MemorySegment> parts = new ArrayList<>();
      for (int thread = 0; thread < 2; thread++) {
        parts.add(arena.allocate(READ_BYTES, 64).fill((byte) 1));
      }
      IntToDoubleFunction read = thread -> PeakLoops.read(parts.get(thread));
      double bytes = READ_BYTES / GIGA;
      return new Roofline(
          best(1, operations, fma), best(2, operations, fma),
          best(1, bytes, read), best(2, bytes, read));
    }
  }

  /** In one line. */
  public String line() {
    return String.format(
        Locale.ROOT,
        "roofline: %.0f and %.0f GFLOP/s of float32 fma, %.1f and %.1f GB/s read from memory (1 and"
            + " 2 threads)",
        fmaGflops,
        fmaGflopsOfTwo,
        readGigabytes,
        readGigabytesOfTwo);
  }

  /** The most work a second that the threads did together. */
  private static double best(int threads, double workOfEach, IntToDoubleFunction work) {
    double best = 0;
    for (int i = 0; i < TRIES; i++) {
      best = Math.max(best, threads * workOfEach / seconds(threads, work));
    }
    return best;
  }

  /** From the common start to the end of the last one. */
  private static double seconds(int threads, IntToDoubleFunction work) {
    CyclicBarrier start = new CyclicBarrier(threads);
    try (ExecutorService team = Executors.newFixedThreadPool(threads)) {
      List<Future<Double>> times = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        times.add(
            team.submit(() -> {
              start.await();
              return timed(thread, work);
            }));
      }
      double slowest = 0;
      for (Future<Double> time : times) {
        slowest = Math.max(slowest, time.get());
      }
      return slowest;
    } catch (ExecutionException e) {
      throw new BenchException("the roofline could not be measured: " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted");
    }
  }

  private static double timed(int thread, IntToDoubleFunction work) {
    long begin = System.nanoTime();
    double result = work.applyAsDouble(thread);
    double seconds = (System.nanoTime() - begin) / GIGA;
    if (!Double.isFinite(result)) {
      throw new BenchException("the roofline's loops computed nonsense");
    }
    return seconds;
  }
}
