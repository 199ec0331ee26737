package dev.kvasir.engine.model;

import dev.kvasir.engine.gguf.Dequantizer;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.gguf.GgufTensor;
import dev.kvasir.engine.kernel.PackedMatrix;
import dev.kvasir.engine.kernel.RowSource;
import java.util.List;
import java.util.stream.IntStream;

/** Dequantises the tensors of a Llama GGUF and packs them; layers in parallel. */
public final class WeightLoader {
  private final GgufFile file;
  private final LlamaConfig config;

  public WeightLoader(GgufFile file, LlamaConfig config) {
    this.file = file;
    this.config = config;
  }

  /**
   * Loads all weights.
   *
   * @throws dev.kvasir.engine.gguf.ModelFileException if a tensor is missing or has another shape
   *     than the metadata says
   */
  public LlamaWeights load() {
    List<LlamaWeights.Layer> layers =
        IntStream.range(0, config.layers()).parallel().mapToObj(this::layer).toList();
    RowSource embedding = matrix("token_embd.weight", config.width(), config.vocabulary());
    RowSource head =
        file.tensor("output.weight").isPresent()
            ? matrix("output.weight", config.width(), config.vocabulary())
            : embedding;
    return new LlamaWeights(
        embedding,
        layers,
        vector("output_norm.weight", config.width()),
        PackedMatrix.pack(config.vocabulary(), config.width(), head));
  }

  private LlamaWeights.Layer layer(int index) {
    String prefix = "blk." + index + ".";
    int width = config.width();
    int hidden = config.feedForward();
    int q = config.heads() * config.headDim();
    int kv = config.kvHeads() * config.headDim();
    RowSource queries = halves(matrix(prefix + "attn_q.weight", width, q));
    RowSource keys = halves(matrix(prefix + "attn_k.weight", width, kv));
    RowSource values = matrix(prefix + "attn_v.weight", width, kv);
    RowSource gate = matrix(prefix + "ffn_gate.weight", width, hidden);
    RowSource up = matrix(prefix + "ffn_up.weight", width, hidden);
    return new LlamaWeights.Layer(
        vector(prefix + "attn_norm.weight", width),
        PackedMatrix.pack(config.qkvWidth(), width, stack(queries, q, stack(keys, kv, values))),
        PackedMatrix.pack(width, q, matrix(prefix + "attn_output.weight", q, width)),
        vector(prefix + "ffn_norm.weight", width),
        PackedMatrix.pack(2 * hidden, width, stack(gate, hidden, up)),
        PackedMatrix.pack(width, hidden, matrix(prefix + "ffn_down.weight", hidden, width)));
  }

  /** {@code first}'s {@code count} rows, then the rows of {@code second}. */
  private static RowSource stack(RowSource first, int count, RowSource second) {
    return row -> row < count ? first.row(row) : second.row(row - count);
  }

  /**
   * Undoes llama.cpp's row permutation: the file pairs neighbours (2i, 2i + 1), the engine pairs
   * halves (i, i + headDim/2).
   */
  private RowSource halves(RowSource neighbours) {
    int d = config.headDim();
    return row -> {
      int head = row / d;
      int i = row % d;
      int inFile = i < d / 2 ? 2 * i : 2 * (i - d / 2) + 1;
      return neighbours.row(head * d + inFile);
    };
  }

  private RowSource matrix(String name, int inputs, int outputs) {
    GgufTensor tensor = file.requireTensor(name, inputs, outputs);
    return row -> new TensorRow(tensor, row, inputs);
  }

  private float[] vector(String name, int size) {
    float[] values = new float[size];
    Dequantizer.dequantize(file.requireTensor(name, size), 0, size, values, 0);
    return values;
  }
}
