package dev.kvasir.prefill;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * Jobs in order of arrival, handed out in batches: those that somebody waits for before all others,
 * and never together with them. A batch waits a moment for jobs that have been announced but are
 * still being prepared, so that the passages of one request run together. Thread-safe.
 */
final class EncodeQueue {
  private static final long LINGER_MILLIS = 3;

  private final int maxBatchTokens;
  private final Deque<EncodeJob> jobs = new ArrayDeque<>();
  private int announced;
  private boolean closed;

  EncodeQueue(int maxBatchTokens) {
    this.maxBatchTokens = maxBatchTokens;
  }

  /** A job may come soon; to be followed by one {@link #settle()}. */
  synchronized void announce() {
    announced++;
  }

  /** An announced job has come, or will not. */
  synchronized void settle() {
    announced--;
    notifyAll();
  }

  /** False if the queue is closed; the job stays the caller's. */
  synchronized boolean offer(EncodeJob job) {
    if (closed) {
      return false;
    }
    jobs.add(job);
    notifyAll();
    return true;
  }

  /** Waits for the next batch; empty once the queue is closed. */
  synchronized List<EncodeJob> take() throws InterruptedException {
    while (jobs.isEmpty() && !closed) {
      wait();
    }
    long until = System.nanoTime() + LINGER_MILLIS * 1_000_000;
    long left = LINGER_MILLIS;
    while (announced > 0 && left > 0 && !closed && waitingTokens() < maxBatchTokens) {
      wait(left);
      left = (until - System.nanoTime()) / 1_000_000;
    }
    return closed ? List.of() : nextBatch();
  }

  private List<EncodeJob> nextBatch() {
    List<EncodeJob> urgent = jobs.stream().filter(EncodeJob::isUrgent).toList();
    List<EncodeJob> batch = new ArrayList<>();
    int tokens = 0;
    for (EncodeJob next : urgent.isEmpty() ? List.copyOf(jobs) : urgent) {
      tokens += next.tokens();
      if (!batch.isEmpty() && tokens > maxBatchTokens) {
        break;
      }
      batch.add(next);
    }
    jobs.removeAll(Set.copyOf(batch));
    return batch;
  }

  private int waitingTokens() {
    return jobs.stream().mapToInt(EncodeJob::tokens).sum();
  }

  /** Ends every {@link #take()}; returns the jobs that nobody will take. */
  synchronized List<EncodeJob> close() {
    closed = true;
    List<EncodeJob> left = List.copyOf(jobs);
    jobs.clear();
    notifyAll();
    return left;
  }
}
