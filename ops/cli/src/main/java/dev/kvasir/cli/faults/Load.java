package dev.kvasir.cli.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Clients, one for each decode worker, that ask without end and compare each answer with that of
 * the fault-free run. What a killed worker leaves undone is asked of the next one.
 */
final class Load implements AutoCloseable {
  static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final int ATTEMPTS = 4;
  private static final int FRESH_ONE_IN = 5;
  private static final Duration BETWEEN = Duration.ofMillis(50);

  private final Cluster cluster;
  private final Api api;
  private final Questions questions;
  private final History history;
  private final ReadWriteLock gate = new ReentrantReadWriteLock();
  private final AtomicInteger fresh = new AtomicInteger();
  private final AtomicInteger allowedFresh = new AtomicInteger();
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean stopped;

  /**
   * What may be asked.
   *
   * @param usual asked over and over
   * @param fresh asked once each at first, in this order, as the run lets them
   * @param answers of the fault-free run, by the prompt's number
   */
  record Questions(List<Prompt> usual, List<Prompt> fresh, Map<Integer, String> answers) {}

  Load(Cluster cluster, Api api, Questions questions, History history) {
    this.cluster = cluster;
    this.api = api;
    this.questions = questions;
    this.history = history;
  }

  void start(long seed) {
    for (int i = 0; i < cluster.decodes().size(); i++) {
      int client = i;
      Random random = new Random(seed + i);
      clients.add(Thread.ofPlatform().name("kvasir-client-" + i).start(() -> run(client, random)));
    }
  }

  /** Lets so many more prompts with an unseen passage be asked. */
  void allowFresh(int count) {
    allowedFresh.updateAndGet(now -> Math.min(now + count, questions.fresh().size()));
  }

  private void run(int client, Random random) {
    while (!stopped) {
      gate.readLock().lock();
      try {
        history.request(ask(client, next(random)));
      } finally {
        gate.readLock().unlock();
      }
      if (!Waiting.pause(BETWEEN)) {
        return;
      }
    }
  }

  private Prompt next(Random random) {
    if (fresh.get() < allowedFresh.get() && random.nextInt(FRESH_ONE_IN) < 2) {
      int index = fresh.getAndIncrement();
      if (index < allowedFresh.get()) {
        return questions.fresh().get(index);
      }
    }
    int seen = Math.min(fresh.get(), allowedFresh.get());
    int index = random.nextInt(questions.usual().size() + seen);
    return index < seen ? questions.fresh().get(index) : questions.usual().get(index - seen);
  }

  private History.Request ask(int client, Prompt prompt) {
    long began = System.nanoTime();
    String failures = "";
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Child worker = worker(client + attempt - 1);
      long sent = System.nanoTime();
      try {
        Api.Reply reply = api.ask(cluster.url(worker), prompt, DEADLINE).join();
        return report(worker, prompt, judge(prompt, reply), attempt, began, reply);
      } catch (CompletionException e) {
        Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
        failures += worker.name() + ": " + cause + "; ";
        if (cause instanceof TimeoutException || worker.upSince(sent)) {
          Outcome outcome = cause instanceof TimeoutException ? Outcome.HUNG : Outcome.FAILED;
          return report(
              worker, prompt, outcome, attempt, began, new Api.Reply(failures, List.of()));
        }
      }
    }
    return report(
        worker(client),
        prompt,
        Outcome.UNSERVED,
        ATTEMPTS,
        began,
        new Api.Reply(failures, List.of()));
  }

  /** The worker at that place, or the next one if it is down. */
  private Child worker(int place) {
    List<Child> workers = cluster.decodes();
    Child first = workers.get(place % workers.size());
    Child second = workers.get((place + 1) % workers.size());
    return first.up() || !second.up() ? first : second;
  }

  private Outcome judge(Prompt prompt, Api.Reply reply) {
    return reply.text().equals(questions.answers().get(prompt.id()))
        ? Outcome.RIGHT
        : Outcome.WRONG;
  }

  private static History.Request report(
      Child worker, Prompt prompt, Outcome outcome, int attempts, long began, Api.Reply reply) {
    return new History.Request(
        worker.name(),
        prompt.id(),
        outcome,
        attempts,
        (System.nanoTime() - began) / 1_000_000,
        reply.sources(),
        reply.text());
  }

  /** Lets running requests end and no other begin while that is done. */
  void held(Runnable action) {
    gate.writeLock().lock();
    try {
      action.run();
    } finally {
      gate.writeLock().unlock();
    }
  }

  /** Waits for the requests that run. */
  @Override
  public void close() {
    stopped = true;
    for (Thread client : clients) {
      try {
        client.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
