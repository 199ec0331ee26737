package dev.kvasir.engine;

import dev.kvasir.block.ElementType;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.kernel.Kernels;
import dev.kvasir.engine.kernel.scalar.ScalarKernels;
import dev.kvasir.engine.kernel.vector.VectorKernels;
import dev.kvasir.engine.kv.Int8KvSegment;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.kv.NativeKvSegment;
import dev.kvasir.engine.kv.SegmentMemory;
import dev.kvasir.engine.model.Fingerprint;
import dev.kvasir.engine.model.GgufModel;
import dev.kvasir.engine.model.LlamaConfig;
import dev.kvasir.engine.model.ModelFiles;
import dev.kvasir.engine.model.Rotary;
import dev.kvasir.engine.model.WeightLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs Llama models on the CPU. Borrows the model's files, which must stay open. */
public final class LlamaEngine implements Engine {
  private static final Logger LOG = LoggerFactory.getLogger(LlamaEngine.class);

  /** Memory of closed segments that is kept for the next ones. */
  private static final long IDLE_BYTES = 64L << 20;

  private final ModelInfo model;
  private final EngineOptions.Backend backend;
  private final ElementType elementType;
  private final Kernels kernels;
  private final LlamaForward forward;
  private final ReentrantLock turn = new ReentrantLock(true);
  private final SegmentMemory memory = new SegmentMemory(IDLE_BYTES);
  private boolean closed; // guarded by turn

  private LlamaEngine(
      ModelInfo model,
      EngineOptions.Backend backend,
      ElementType type,
      Kernels kernels,
      LlamaForward forward) {
    this.model = model;
    this.backend = backend;
    this.elementType = type;
    this.kernels = kernels;
    this.forward = forward;
  }

  /** As {@link #open(ModelFiles, EngineOptions)}. */
  public static LlamaEngine open(GgufFile file, EngineOptions options) {
    return open(new GgufModel(file), options);
  }

  /**
   * Loads the weights.
   *
   * @throws dev.kvasir.engine.gguf.ModelFileException if the model is not supported or not whole
   */
  public static LlamaEngine open(ModelFiles files, EngineOptions options) {
    LlamaConfig config = files.config();
    Kernels kernels = kernels(options);
    ModelInfo model = describe(files, options);
    LlamaForward forward = new LlamaForward(config, WeightLoader.load(files, config), kernels);
    LOG.info("model={} backend={}", model.name(), kernels.description());
    return new LlamaEngine(model, options.backend(), options.elementType(), kernels, forward);
  }

  private static Kernels kernels(EngineOptions options) {
    return switch (options.backend()) {
      case SCALAR -> new ScalarKernels();
      case VECTOR -> new VectorKernels(options.threads());
    };
  }

  /**
   * Another engine over the same weights, which runs its passes beside this one's; on its own
   * threads and with blocks of its own element type. Each is closed by itself.
   */
  public LlamaEngine alongside(int threads, ElementType type) {
    Kernels own = kernels(new EngineOptions(backend, threads, type));
    return new LlamaEngine(model, backend, type, own, forward.with(own));
  }

  /** As {@link #alongside}, with heads that are turned otherwise; for those who doubt these. */
  public LlamaEngine turning(Rotary other, int threads) {
    Kernels own = kernels(new EngineOptions(backend, threads, elementType));
    return new LlamaEngine(model, backend, elementType, own, forward.with(own, other));
  }

  /** How it turns heads. */
  public Rotary rotary() {
    return forward.rotary();
  }

  /**
   * Appends tokens to their segment; how unlikely each is behind those before it.
   *
   * @param sequence at most 512 tokens
   * @return (tokens - 1), nats
   */
  public double[] surprisals(Sequence sequence) {
    sequence.requireFits(model);
    double[][] result = new double[1][];
    inTurn(() -> result[0] = forward.surprisals(sequence));
    return result[0];
  }

  /**
   * What such an engine says of the model, without its weights.
   *
   * @throws dev.kvasir.engine.gguf.ModelFileException if the model is not supported
   */
  public static ModelInfo describe(ModelFiles files, EngineOptions options) {
    LlamaConfig config = files.config();
    return new ModelInfo(
        files.name(),
        Fingerprint.of(files, options.backend().name().toLowerCase(Locale.ROOT)),
        config.geometry(),
        config.contextTokens(),
        config.vocabulary());
  }

  @Override
  public ModelInfo model() {
    return model;
  }

  @Override
  public ElementType elementType() {
    return elementType;
  }

  @Override
  public KvSegment newSegment(int capacityTokens) {
    ElementType own = elementType == ElementType.INT8 ? ElementType.FLOAT16 : elementType;
    return new NativeKvSegment(model.geometry(), own, capacityTokens, memory);
  }

  @Override
  public KvSegment newBlock(int tokens) {
    return elementType == ElementType.INT8
        ? new Int8KvSegment(model.geometry(), tokens, memory)
        : newSegment(tokens);
  }

  /** Native bytes of all open segments. */
  public long segmentBytes() {
    return memory.leasedBytes();
  }

  /** Native bytes of closed segments that wait for the next ones. */
  public long idleBytes() {
    return memory.idleBytes();
  }

  @Override
  public List<float[]> forward(List<Sequence> batch) {
    batch.forEach(sequence -> sequence.requireFits(model));
    List<float[]> logits = new ArrayList<>(Collections.nCopies(batch.size(), new float[0]));
    for (Pass pass : Pass.plan(batch, LlamaForward.MAX_TOKENS)) {
      inTurn(() -> forward.run(batch, pass, logits));
    }
    return logits;
  }

  @Override
  public List<float[]> deviations(List<Sequence> batch) {
    batch.forEach(sequence -> sequence.requireFits(model));
    if (model.geometry().layers() < 2) {
      throw new IllegalArgumentException("the model has no layer 1: compute its tokens again");
    }
    List<float[]> deviations = new ArrayList<>();
    batch.forEach(sequence -> deviations.add(new float[sequence.tokens().size()]));
    for (Pass pass : Pass.plan(batch, LlamaForward.MAX_TOKENS)) {
      inTurn(() -> forward.deviations(batch, pass, deviations));
    }
    return deviations;
  }

  @Override
  public LayeredPass layered(Sequence sequence) {
    sequence.requireFits(model);
    return new LlamaLayeredPass(this::inTurn, forward, model.geometry().layers(), sequence);
  }

  private void inTurn(Runnable step) {
    turn.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the engine is closed");
      }
      step.run();
    } finally {
      turn.unlock();
    }
  }

  /** Lets the step that runs end. */
  @Override
  public void close() {
    turn.lock();
    try {
      closed = true;
      kernels.close();
      memory.close();
    } finally {
      turn.unlock();
    }
  }
}
