package dev.kvasir.engine.model;

import dev.kvasir.engine.kernel.PackedMatrix;
import dev.kvasir.engine.kernel.RowSource;
import java.util.List;
import java.util.stream.IntStream;

/** Packs the weights of a model as the forward pass reads them; layers in parallel. */
public final class WeightLoader {
  private static final float[] NO_BIAS = {};

  private final WeightSource source;
  private final LlamaConfig config;

  WeightLoader(WeightSource source, LlamaConfig config) {
    this.source = source;
    this.config = config;
  }

  /**
   * Loads all weights; the files' pages need not stay in memory.
   *
   * @throws dev.kvasir.engine.gguf.ModelFileException if a tensor is missing, has another shape
   *     than the metadata says or no place in the architecture
   */
  public static LlamaWeights load(ModelFiles files, LlamaConfig config) {
    LlamaWeights weights = new WeightLoader(files.weights(config), config).load();
    files.unload();
    return weights;
  }

  private LlamaWeights load() {
    int width = config.width();
    int vocabulary = config.vocabulary();
    List<LlamaWeights.Layer> layers =
        IntStream.range(0, config.layers()).parallel().mapToObj(this::layer).toList();
    RowSource embedding = source.matrix(Weight.EMBEDDING, 0, vocabulary, width);
    RowSource head =
        source.has(Weight.HEAD) ? source.matrix(Weight.HEAD, 0, vocabulary, width) : embedding;
    return new LlamaWeights(
        embedding,
        layers,
        source.vector(Weight.OUTPUT_NORM, 0, width),
        PackedMatrix.pack(vocabulary, width, head));
  }

  private LlamaWeights.Layer layer(int layer) {
    int width = config.width();
    int hidden = config.feedForward();
    int q = config.heads() * config.headDim();
    int kv = config.kvHeads() * config.headDim();
    RowSource queries = source.matrix(Weight.QUERY, layer, q, width);
    RowSource keys = source.matrix(Weight.KEY, layer, kv, width);
    RowSource values = source.matrix(Weight.VALUE, layer, kv, width);
    RowSource gate = source.matrix(Weight.GATE, layer, hidden, width);
    RowSource up = source.matrix(Weight.UP, layer, hidden, width);
    return new LlamaWeights.Layer(
        source.vector(Weight.ATTENTION_NORM, layer, width),
        PackedMatrix.pack(config.qkvWidth(), width, stack(queries, q, stack(keys, kv, values))),
        config.architecture().qkvBias() ? qkvBias(layer, q, kv) : NO_BIAS,
        PackedMatrix.pack(width, q, source.matrix(Weight.ATTENTION_OUTPUT, layer, width, q)),
        source.vector(Weight.FEED_FORWARD_NORM, layer, width),
        PackedMatrix.pack(2 * hidden, width, stack(gate, hidden, up)),
        PackedMatrix.pack(width, hidden, source.matrix(Weight.DOWN, layer, width, hidden)));
  }

  private float[] qkvBias(int layer, int q, int kv) {
    float[] bias = new float[q + 2 * kv];
    System.arraycopy(source.vector(Weight.QUERY_BIAS, layer, q), 0, bias, 0, q);
    System.arraycopy(source.vector(Weight.KEY_BIAS, layer, kv), 0, bias, q, kv);
    System.arraycopy(source.vector(Weight.VALUE_BIAS, layer, kv), 0, bias, q + kv, kv);
    return bias;
  }

  /** {@code first}'s {@code count} rows, then the rows of {@code second}. */
  private static RowSource stack(RowSource first, int count, RowSource second) {
    return row -> row < count ? first.row(row) : second.row(row - count);
  }
}
