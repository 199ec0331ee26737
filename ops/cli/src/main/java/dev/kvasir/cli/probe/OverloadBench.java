package dev.kvasir.cli.probe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.cli.api.Json;
import dev.kvasir.cli.probe.RushClient.Outcome;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Many clients that all ask at once and, when refused, come again after the server's Retry-After
 * and up to a second more. First one client alone asks the same kind of questions, for comparison.
 */
final class OverloadBench {
  private static final int DOCUMENTS = 40;
  private static final int WARM_UP = 30;
  private static final double MIB = 1 << 20;

  private final RushClient client;
  private final Plan plan;
  private final Consumer<String> progress;
  private final List<String> documents = new ArrayList<>();
  private final Queue<Double> firsts = new ConcurrentLinkedQueue<>();
  private final Queue<Double> refusals = new ConcurrentLinkedQueue<>();
  private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();

  /**
   * What to do.
   *
   * @param alone questions of the single client
   */
  record Plan(int clients, Duration duration, int alone, long seed) {}

  OverloadBench(RushClient client, Plan plan, Consumer<String> progress) {
    this.client = client;
    this.plan = plan;
    this.progress = progress;
    for (int i = 0; i < DOCUMENTS; i++) {
      documents.add(document(i));
    }
  }

  private static String document(int number) {
    return "The lighthouse of bay %d was built in %d and repainted in %d. "
            .formatted(number, 1700 + number, 1900 + number)
            .repeat(4)
        + "Its keeper is called Ada %d.".formatted(number);
  }

  /** The figures. */
  ObjectNode run() throws InterruptedException {
    Random random = new Random(plan.seed());
    for (int i = 0; i < DOCUMENTS + WARM_UP; i++) {
      client.ask(documents.get(i % DOCUMENTS), question(random));
    }
    progress.accept("one client alone");
    double[] alone = new double[plan.alone()];
    for (int i = 0; i < alone.length; i++) {
      Outcome outcome = client.ask(documents.get(random.nextInt(DOCUMENTS)), question(random));
      alone[i] = outcome instanceof Outcome.Answered answered ? answered.firstMillis() : Double.NaN;
    }
    double heapBefore = heapMib();
    progress.accept("%d clients for %d s".formatted(plan.clients(), plan.duration().toSeconds()));
    rush();
    Thread.sleep(Duration.ofSeconds(1));
    return report(alone, heapBefore, heapMib());
  }

  private void rush() throws InterruptedException {
    long until = System.nanoTime() + plan.duration().toNanos();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < plan.clients(); i++) {
      long seed = plan.seed() + 1 + i;
      threads.add(Thread.ofVirtual().start(() -> ask(new Random(seed), until)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void ask(Random random, long until) {
    try {
      while (System.nanoTime() < until) {
        switch (client.ask(documents.get(random.nextInt(DOCUMENTS)), question(random))) {
          case Outcome.Answered(double millis) -> firsts.add(millis);
          case Outcome.Refused(double millis, int seconds) -> {
            refusals.add(millis);
            Thread.sleep(Duration.ofSeconds(seconds).plusMillis(random.nextInt(1_000)));
          }
          case Outcome.Failed(String what) ->
              failures.computeIfAbsent(what, _ -> new LongAdder()).increment();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String question(Random random) {
    return "Who is the keeper? This is question %d.".formatted(random.nextInt(1_000_000));
  }

  private ObjectNode report(double[] alone, double heapBefore, double heapAfter) {
    double[] rushed = sorted(firsts);
    double unloaded = Separation.median(alone);
    ObjectNode report =
        Json.object()
            .put("clients", plan.clients())
            .put("seconds", plan.duration().toSeconds())
            .put("answered", rushed.length)
            .put("refused_with_429", refusals.size())
            .put("other_errors", failures.values().stream().mapToLong(LongAdder::sum).sum())
            .put("alone_ttft_p50_ms", unloaded)
            .put("ttft_p50_ms", at(rushed, 0.5))
            .put("ttft_p95_ms", at(rushed, 0.95))
            .put("ttft_p99_ms", at(rushed, 0.99))
            .put("ttft_p50_ratio", at(rushed, 0.5) / unloaded)
            .put("refusal_p50_ms", at(sorted(refusals), 0.5))
            .put("refusal_p99_ms", at(sorted(refusals), 0.99))
            .put("heap_before_mib", heapBefore)
            .put("heap_after_mib", heapAfter);
    ObjectNode kinds = report.putObject("errors");
    failures.forEach((what, count) -> kinds.put(what, count.sum()));
    return report;
  }

  /** The figures for people. */
  static String text(ObjectNode report) {
    return String.format(
        Locale.ROOT,
        """
        %d clients, %d s: %d answered, %d refused (429), %d other errors
        time to first token: alone %.0f ms; in the rush p50 %.0f ms (%.2f x), p95 %.0f ms, p99 %.0f ms
        a refusal took p50 %.1f ms, p99 %.1f ms; heap %.0f MiB before, %.0f MiB after
        """,
        report.path("clients").asInt(),
        report.path("seconds").asInt(),
        report.path("answered").asInt(),
        report.path("refused_with_429").asInt(),
        report.path("other_errors").asInt(),
        report.path("alone_ttft_p50_ms").asDouble(),
        report.path("ttft_p50_ms").asDouble(),
        report.path("ttft_p50_ratio").asDouble(),
        report.path("ttft_p95_ms").asDouble(),
        report.path("ttft_p99_ms").asDouble(),
        report.path("refusal_p50_ms").asDouble(),
        report.path("refusal_p99_ms").asDouble(),
        report.path("heap_before_mib").asDouble(),
        report.path("heap_after_mib").asDouble());
  }

  private static double[] sorted(Queue<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }

  private static double at(double[] sorted, double share) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1L, Math.round(share * sorted.length))];
  }

  private static double heapMib() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MIB;
  }
}
