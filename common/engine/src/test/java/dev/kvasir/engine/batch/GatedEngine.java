package dev.kvasir.engine.batch;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.ModelInfo;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.kv.NativeKvSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * An engine that computes nothing and lets one pass through at a time: a test sees what is in the
 * pass that runs and decides when it ends. Logits are the number of tokens in the segment.
 */
final class GatedEngine implements Engine {
  static final int VOCABULARY = 100;

  /** A pass with this token fails. */
  static final int POISON = 66;

  private static final KvGeometry SMALL = new KvGeometry(1, 1, 16);

  private final BlockingQueue<List<Sequence>> begun = new LinkedBlockingQueue<>();
  private final Semaphore gate = new Semaphore(0);
  private volatile boolean closed;

  /** The pass that runs now or next. */
  List<Sequence> begun() throws InterruptedException {
    List<Sequence> pass = begun.poll(30, TimeUnit.SECONDS);
    if (pass == null) {
      throw new AssertionError("no pass begins");
    }
    return pass;
  }

  /** Lets the pass that runs end. */
  void end() {
    gate.release();
  }

  /** Lets all passes through from now on. */
  void open() {
    gate.release(1 << 20);
  }

  /** Passes that have begun and that no test has looked at. */
  List<List<Sequence>> rest() {
    List<List<Sequence>> all = new ArrayList<>();
    begun.drainTo(all);
    return all;
  }

  boolean closed() {
    return closed;
  }

  @Override
  public ModelInfo model() {
    return new ModelInfo("gated", "feed", SMALL, 10_000, VOCABULARY);
  }

  @Override
  public ElementType elementType() {
    return ElementType.FLOAT16;
  }

  @Override
  public KvSegment newSegment(int capacityTokens) {
    return new NativeKvSegment(SMALL, elementType(), capacityTokens, () -> {});
  }

  @Override
  public KvSegment newBlock(int tokens) {
    return newSegment(tokens);
  }

  @Override
  public List<float[]> forward(List<Sequence> batch) {
    begun.add(batch);
    gate.acquireUninterruptibly();
    if (batch.stream().anyMatch(GatedEngine::poisoned)) {
      throw new IllegalStateException("poison");
    }
    return batch.stream().map(GatedEngine::append).toList();
  }

  private static boolean poisoned(Sequence sequence) {
    return sequence.tokens().at(0) == POISON;
  }

  private static float[] append(Sequence sequence) {
    KvSegment own = sequence.own();
    own.installed(own.tokens() + sequence.tokens().size());
    return sequence.wantLogits() ? new float[] {own.tokens()} : new float[0];
  }

  @Override
  public void close() {
    closed = true;
  }
}
