package dev.kvasir.prefill.testing;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.LayeredPass;
import dev.kvasir.engine.ModelInfo;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.kv.NativeKvSegment;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An engine whose KV rows and logits are hashes of all that a token may see: the bytes of every
 * context segment, where it stands relative to the sequence, and the tokens before. A wrong bit, a
 * wrong place or a wrong order anywhere changes every logit. Reading a freed segment throws.
 */
public final class FakeEngine implements Engine {
  public static final int VOCABULARY = 300;
  public static final int CONTEXT_TOKENS = 4_096;

  /** A block with this token cannot be encoded. */
  public static final int POISON = 1_000;

  private static final int ANY = 1 << 20;

  private final ModelInfo model;
  private final AtomicInteger openSegments = new AtomicInteger();
  private final AtomicLong computedTokens = new AtomicLong();
  private final List<Integer> batchSizes = new CopyOnWriteArrayList<>();
  private final Map<Integer, Integer> answers = new ConcurrentHashMap<>();
  private final Semaphore gate = new Semaphore(ANY);
  private final AtomicInteger arrived = new AtomicInteger();
  private final AtomicInteger layeredPasses = new AtomicInteger();
  private final AtomicInteger layersRead = new AtomicInteger();

  public FakeEngine(KvGeometry geometry) {
    model = new ModelInfo("fake", "feed", geometry, CONTEXT_TOKENS, VOCABULARY);
  }

  /** Three layers of two heads: a block of 40 tokens has 7,680 bytes. */
  public static FakeEngine small() {
    return new FakeEngine(new KvGeometry(3, 2, 8));
  }

  /** Sixteen layers of two wide heads: a block of 200 tokens has several chunks. */
  public static FakeEngine wide() {
    return new FakeEngine(new KvGeometry(16, 2, 64));
  }

  /** Makes the token the greedy choice behind {@code position}. */
  public void answer(int position, int token) {
    answers.put(position, token);
  }

  /** Holds every forward pass until {@link #resume()}. */
  public void pause() {
    gate.drainPermits();
  }

  public void resume() {
    gate.release(ANY);
  }

  /** Forward passes that were asked for, held ones included. */
  public int arrived() {
    return arrived.get();
  }

  public int openSegments() {
    return openSegments.get();
  }

  public long computedTokens() {
    return computedTokens.get();
  }

  /** Sequences of each forward pass so far. */
  public List<Integer> batchSizes() {
    return batchSizes;
  }

  @Override
  public ModelInfo model() {
    return model;
  }

  @Override
  public ElementType elementType() {
    return ElementType.FLOAT16;
  }

  @Override
  public KvSegment newSegment(int capacityTokens) {
    openSegments.incrementAndGet();
    return new NativeKvSegment(
        model.geometry(), elementType(), capacityTokens, openSegments::decrementAndGet);
  }

  @Override
  public KvSegment newBlock(int tokens) {
    return newSegment(tokens);
  }

  @Override
  public List<float[]> forward(List<Sequence> batch) {
    arrived.incrementAndGet();
    gate.acquireUninterruptibly();
    try {
      return run(batch);
    } finally {
      gate.release();
    }
  }

  private synchronized List<float[]> run(List<Sequence> batch) {
    batchSizes.add(batch.size());
    List<float[]> logits = new ArrayList<>();
    for (Sequence sequence : batch) {
      logits.add(run(sequence));
    }
    return logits;
  }

  private float[] run(Sequence sequence) {
    NativeKvSegment own = (NativeKvSegment) sequence.own();
    long state = 1;
    for (Sequence.Placed placed : sequence.context()) {
      state = mix(state, placed.start() - sequence.ownStart());
      state = read(state, (NativeKvSegment) placed.segment(), placed.tokens());
    }
    state = read(state, own, own.tokens());
    for (int i = 0; i < sequence.tokens().size(); i++) {
      int token = sequence.tokens().at(i);
      if (token == POISON) {
        throw new IllegalStateException("poison");
      }
      int at = own.tokens();
      write(own, at, mix(state, token));
      own.installed(at + 1);
      state = readToken(state, own, at);
    }
    computedTokens.addAndGet(sequence.tokens().size());
    return sequence.wantLogits()
        ? logits(state, sequence.ownStart() + own.tokens() - 1)
        : new float[0];
  }

  private float[] logits(long state, int position) {
    float[] logits = new float[VOCABULARY];
    for (int i = 0; i < VOCABULARY; i++) {
      logits[i] = (mix(state, i) >>> 40) / 16_777_216f;
    }
    Integer chosen = answers.get(position);
    if (chosen != null) {
      logits[chosen] += 10;
    }
    return logits;
  }

  private void write(NativeKvSegment own, int token, long state) {
    KvGeometry shape = model.geometry();
    float[] row = new float[shape.headDim()];
    for (int layer = 0; layer < shape.layers(); layer++) {
      for (int head = 0; head < shape.kvHeads(); head++) {
        long offset = own.offset(layer, head, token);
        long cell = mix(state, layer * 64 + head);
        own.write(own.keys(), offset, fill(row, cell), 0);
        own.write(own.values(), offset, fill(row, ~cell), 0);
      }
    }
  }

  private static float[] fill(float[] row, long state) {
    for (int i = 0; i < row.length; i++) {
      row[i] = (mix(state, i) & 0x7FF) / 1_024f - 1;
    }
    return row;
  }

  private long read(long state, NativeKvSegment segment, int tokens) {
    long next = state;
    for (int token = 0; token < tokens; token++) {
      next = readToken(next, segment, token);
    }
    return next;
  }

  private long readToken(long state, NativeKvSegment segment, int token) {
    long next = state;
    for (int layer = 0; layer < model.geometry().layers(); layer++) {
      next = readToken(next, segment, layer, token);
    }
    return next;
  }

  private long readToken(long state, NativeKvSegment segment, int layer, int token) {
    KvGeometry shape = model.geometry();
    long next = state;
    for (int head = 0; head < shape.kvHeads(); head++) {
      long offset = segment.offset(layer, head, token);
      next = readRow(next, segment.keys(), offset, shape.headDim());
      next = readRow(next, segment.values(), offset, shape.headDim());
    }
    return next;
  }

  /** Reads each layer of the context when it is told to, and sees in the end that it was whole. */
  @Override
  public LayeredPass layered(Sequence sequence) {
    List<Long> seen = new ArrayList<>();
    return new LayeredPass() {
      @Override
      public void advance(int layers) {
        while (seen.size() < layers) {
          seen.add(readContext(sequence, seen.size()));
          layersRead.incrementAndGet();
        }
      }

      @Override
      public float[] finish() {
        for (int layer = 0; layer < model.geometry().layers(); layer++) {
          if (seen.get(layer) != readContext(sequence, layer)) {
            throw new IllegalStateException("was read before it was there: layer=" + layer);
          }
        }
        layeredPasses.incrementAndGet();
        return forward(List.of(sequence)).getFirst();
      }
    };
  }

  private long readContext(Sequence sequence, int layer) {
    long state = layer;
    for (Sequence.Placed placed : sequence.context()) {
      for (int token = 0; token < placed.tokens(); token++) {
        state = readToken(state, (NativeKvSegment) placed.segment(), layer, token);
      }
    }
    return state;
  }

  /** Layers that passes have read one by one, whatever became of them. */
  public int layersRead() {
    return layersRead.get();
  }

  /** Passes that went layer by layer to their end. */
  public int layeredPasses() {
    return layeredPasses.get();
  }

  private static long readRow(long state, MemorySegment rows, long offset, int headDim) {
    long next = state;
    for (int i = 0; i < headDim; i += 4) {
      next = mix(next, rows.get(ValueLayout.JAVA_LONG_UNALIGNED, offset + 2L * i));
    }
    return next;
  }

  /** The finaliser of SplitMix64 over the running state. */
  private static long mix(long state, long value) {
    long z = (state ^ value) * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** The same tokens again and again, for a block of any length. */
  public static TokenIds tokens(int first, int count) {
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = (first * 31 + i * 7) % 250;
    }
    return TokenIds.of(ids);
  }

  @Override
  public void close() {}
}
