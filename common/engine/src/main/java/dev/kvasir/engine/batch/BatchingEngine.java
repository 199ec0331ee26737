package dev.kvasir.engine.batch;

import dev.kvasir.block.ElementType;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.LayeredPass;
import dev.kvasir.engine.ModelInfo;
import dev.kvasir.engine.OverloadedException;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.batch.PassPlan.Share;
import dev.kvasir.engine.kv.KvSegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Runs what several callers want in common passes of bounded length: continuous batching. Every
 * step of an answer that waits goes into the next pass; prompts and encodes are cut into pieces and
 * share the rest, see {@link PassPlan}. Since a result does not depend on its batch, nobody can
 * tell whether he ran alone.
 *
 * <p>There is no thread of its own: the first caller runs passes, for all who wait, until his own
 * work is done, and then wakes another to go on. A lone caller computes on his own thread at once.
 * After a pass, the next one waits a moment for those who only went to choose their next token, or
 * answers would fall into groups that take turns.
 *
 * <p>Owns the engine behind it. Thread-safe.
 */
public final class BatchingEngine implements Engine {
  private final Engine engine;
  private final BatchLimits limits;
  private final PassObserver observer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition companyIsBack = lock.newCondition();
  private final Condition noLeader = lock.newCondition();
  private final List<Job> jobs = new ArrayList<>();
  private final Set<Thread> returning = new HashSet<>();
  private long returnBy;
  private boolean led;
  private boolean closed;

  /** Takes ownership of the engine, whose passes must hold the limits' tokens. */
  public BatchingEngine(Engine engine, BatchLimits limits, PassObserver observer) {
    this.engine = engine;
    this.limits = limits;
    this.observer = observer;
  }

  @Override
  public ModelInfo model() {
    return engine.model();
  }

  @Override
  public ElementType elementType() {
    return engine.elementType();
  }

  @Override
  public KvSegment newSegment(int capacityTokens) {
    return engine.newSegment(capacityTokens);
  }

  @Override
  public KvSegment newBlock(int tokens) {
    return engine.newBlock(tokens);
  }

  /** Calls that wait or run. */
  public int calls() {
    lock.lock();
    try {
      return jobs.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<float[]> forward(List<Sequence> batch) {
    return forward(batch, () -> false);
  }

  /**
   * See {@link Engine#forward(List, BooleanSupplier)}.
   *
   * @throws OverloadedException if too many calls wait already
   * @throws IllegalStateException if the engine is closed
   */
  @Override
  public List<float[]> forward(List<Sequence> batch, BooleanSupplier abandoned) {
    batch.forEach(sequence -> sequence.requireFits(model()));
    Job job = new Job(batch, abandoned, lock.newCondition());
    lock.lock();
    try {
      admit(job);
      while (!job.ended()) {
        if (led) {
          job.news().awaitUninterruptibly();
        } else {
          lead(job);
        }
      }
    } finally {
      jobs.remove(job);
      lock.unlock();
    }
    return job.result();
  }

  /** Runs between the passes, not in them. */
  @Override
  public List<float[]> deviations(List<Sequence> batch) {
    return engine.deviations(batch);
  }

  /** Runs between the passes, not in them: it must wait for nobody, and nobody for it. */
  @Override
  public LayeredPass layered(Sequence sequence) {
    sequence.requireFits(model());
    return new ObservedPass(engine.layered(sequence), observer, sequence.tokens().size());
  }

  private void admit(Job job) {
    if (returning.remove(job.caller()) && returning.isEmpty()) {
      companyIsBack.signal();
    }
    if (closed) {
      throw closedEngine();
    }
    if (jobs.size() >= limits.maxWaiting()) {
      throw new OverloadedException(jobs.size() + " forward passes are waiting already");
    }
    if (!job.ended()) {
      jobs.add(job);
    }
  }

  /** Runs passes until the caller's own job has ended; the lock is free while one runs. */
  private void lead(Job own) {
    led = true;
    try {
      while (!own.ended()) {
        awaitCompany();
        dropUnwanted();
        runPass();
      }
    } finally {
      led = false;
      noLeader.signalAll();
      jobs.stream()
          .max(Comparator.comparingInt(Job::remaining))
          .ifPresent(next -> next.news().signal());
    }
  }

  private void awaitCompany() {
    try {
      long left = returnBy - System.nanoTime();
      while (!returning.isEmpty() && left > 0 && !closed) {
        left = companyIsBack.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void dropUnwanted() {
    for (Job job : jobs) {
      if (closed) {
        job.fail(closedEngine());
      } else if (job.isAbandoned()) {
        job.fail(new CancellationException("the caller has left"));
      }
    }
    jobs.removeIf(Job::ended);
  }

  private void runPass() {
    boolean streaming = !returning.isEmpty() || jobs.stream().anyMatch(Job::isStep);
    returning.clear();
    List<Share> plan = PassPlan.of(jobs, limits.tokens(streaming));
    if (plan.isEmpty()) {
      return;
    }
    PassRun pass = new PassRun(plan);
    lock.unlock();
    try {
      pass.run(engine);
      observer.ran(plan.size(), plan.stream().mapToInt(Share::tokens).sum());
    } finally {
      lock.lock();
      pass.settle();
      removeEnded();
    }
  }

  private void removeEnded() {
    for (Iterator<Job> all = jobs.iterator(); all.hasNext(); ) {
      Job job = all.next();
      if (job.ended()) {
        all.remove();
        if (job.leadsToAStep()) {
          returning.add(job.caller());
        }
      }
    }
    returnBy = System.nanoTime() + limits.patience().toNanos();
  }

  private static IllegalStateException closedEngine() {
    return new IllegalStateException("the engine is closed");
  }

  /** Lets the pass that runs end, fails all calls that are not done with it, frees the engine. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      companyIsBack.signal();
      while (led) {
        noLeader.awaitUninterruptibly();
      }
      dropUnwanted();
    } finally {
      lock.unlock();
    }
    engine.close();
  }
}
