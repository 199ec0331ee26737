package dev.kvasir.engine;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Pass.Piece;
import dev.kvasir.engine.kernel.AttentionCall;
import dev.kvasir.engine.kernel.AttentionCall.Query;
import dev.kvasir.engine.kernel.AttentionCall.Span;
import dev.kvasir.engine.kernel.Kernels;
import dev.kvasir.engine.kernel.PackedMatrix;
import dev.kvasir.engine.kernel.RopeTable;
import dev.kvasir.engine.kernel.Rows;
import dev.kvasir.engine.kv.CpuSegment;
import dev.kvasir.engine.kv.NativeKvSegment;
import dev.kvasir.engine.model.LlamaConfig;
import dev.kvasir.engine.model.LlamaWeights;
import dev.kvasir.engine.model.Rotary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** One pass through the layers of a Llama model. Not thread-safe. */
final class LlamaForward {
  /** Most tokens in a pass: bounds the activations, and the wait of others for their turn. */
  static final int MAX_TOKENS = 512;

  /** Rows of logits at a time when all are wanted. */
  private static final int HEAD_ROWS = 32;

  private final LlamaConfig config;
  private final LlamaWeights weights;
  private final Kernels kernels;
  private final Rotary rotary;
  private final RopeTable rope;
  private final Workspace workspace;

  LlamaForward(LlamaConfig config, LlamaWeights weights, Kernels kernels) {
    this(config, weights, new Rotary(config.ropeFrequencies()), kernels);
  }

  private LlamaForward(LlamaConfig config, LlamaWeights weights, Rotary rotary, Kernels kernels) {
    this(
        config,
        weights,
        rotary,
        new RopeTable(config.contextTokens(), rotary.frequencies()),
        kernels);
  }

  private LlamaForward(
      LlamaConfig config, LlamaWeights weights, Rotary rotary, RopeTable rope, Kernels kernels) {
    this.config = config;
    this.weights = weights;
    this.rotary = rotary;
    this.rope = rope;
    this.kernels = kernels;
    this.workspace = new Workspace(config, MAX_TOKENS);
  }

  /** Passes over the same weights that may run beside these. */
  LlamaForward with(Kernels others) {
    return new LlamaForward(config, weights, rotary, rope, others);
  }

  /** The same with heads that are turned otherwise. */
  LlamaForward with(Kernels others, Rotary other) {
    return new LlamaForward(config, weights, other.after(rotary), others);
  }

  Rotary rotary() {
    return rotary;
  }

  /** A pass on its way through the layers. */
  record Walk(List<Sequence> batch, Pass pass, Rows hidden, List<Query> queries) {}

  /**
   * Appends the pieces to their segments; logits of sequences that end here go into {@code out}.
   */
  void run(List<Sequence> batch, Pass pass, List<float[]> out) {
    Walk walk = new Walk(batch, pass, workspace.hidden(pass.tokens()), queries(batch, pass, 0));
    embed(walk);
    layers(walk, 0, config.layers());
    end(walk, out);
  }

  /**
   * Starts a pass over one sequence that other passes may interrupt after any layer.
   *
   * @param pending tokens of the sequence before these that are not appended yet
   */
  Walk begin(Sequence sequence, Pass pass, int pending) {
    List<Sequence> batch = List.of(sequence);
    Rows hidden = Workspace.ownHidden(config, pass.tokens());
    Walk walk = new Walk(batch, pass, hidden, queries(batch, pass, pending));
    embed(walk);
    return walk;
  }

  /** Computes the next layers, {@code from} to {@code to}. */
  void layers(Walk walk, int from, int to) {
    for (int layer = from; layer < to; layer++) {
      attend(layer, walk.queries(), walk.hidden());
      feedForward(weights.layers().get(layer), walk.hidden());
    }
  }

  /** Appends the tokens after the last layer. */
  void end(Walk walk, List<float[]> out) {
    for (Query query : walk.queries()) {
      Span own = query.spans().getLast();
      own.segment().installed(Math.max(own.segment().tokens(), own.tokens()));
    }
    logits(walk.batch(), walk.pass(), walk.hidden(), out);
  }

  private void embed(Walk walk) {
    float[] embedding = new float[config.width()];
    Rows hidden = walk.hidden();
    int row = 0;
    for (Piece piece : walk.pass().pieces()) {
      TokenIds tokens = walk.batch().get(piece.sequence()).tokens();
      for (int i = piece.from(); i < piece.to(); i++, row++) {
        weights.embedding().row(tokens.at(i)).read(embedding);
        System.arraycopy(embedding, 0, hidden.data(), hidden.at(row), config.width());
      }
    }
  }

  private static List<Query> queries(List<Sequence> batch, Pass pass, int pending) {
    List<Query> queries = new ArrayList<>();
    int row = 0;
    for (Piece piece : pass.pieces()) {
      Sequence sequence = batch.get(piece.sequence());
      List<Span> spans = new ArrayList<>();
      for (Sequence.Placed placed : sequence.context()) {
        CpuSegment segment = (CpuSegment) placed.segment();
        spans.add(new Span(segment, placed.start(), placed.tokens(), false));
      }
      NativeKvSegment own = (NativeKvSegment) sequence.own();
      int[] positions = positions(sequence, piece, own.tokens() + pending);
      int seen = positions[positions.length - 1] + 1 - sequence.ownStart();
      spans.add(new Span(own, sequence.ownStart(), seen, true));
      queries.add(new Query(row, positions, List.copyOf(spans), sequence.sharpening()));
      row += piece.tokens();
    }
    return queries;
  }

  /** Where the piece's tokens stand in the prompt; {@code before} are in its segment already. */
  private static int[] positions(Sequence sequence, Piece piece, int before) {
    int[] positions = new int[piece.tokens()];
    for (int i = 0; i < positions.length; i++) {
      int index =
          sequence.replaced().isEmpty() ? before + i : sequence.replaced().get(piece.from() + i);
      positions[i] = sequence.ownStart() + index;
    }
    return positions;
  }

  private void attend(int layer, List<Query> queries, Rows hidden) {
    LlamaWeights.Layer w = weights.layers().get(layer);
    int rows = hidden.rows();
    Rows qkv = project(w, hidden);
    Rows attended = workspace.attended(rows);
    Rows projected = workspace.projected(rows);
    for (Query query : queries) {
      store(layer, query, qkv);
    }
    Rows q = qkv.columns(0, config.heads() * config.headDim());
    kernels.attention(new AttentionCall(layer, config.heads(), rope, q, attended, queries));
    kernels.matmul(w.output(), attended, projected);
    kernels.add(hidden, projected);
  }

  private Rows project(LlamaWeights.Layer w, Rows hidden) {
    Rows normed = workspace.normed(hidden.rows());
    Rows qkv = workspace.qkv(hidden.rows());
    kernels.rmsNorm(hidden, w.attentionNorm(), config.rmsEpsilon(), normed);
    kernels.matmul(w.qkv(), normed, qkv);
    if (w.qkvBias().length > 0) {
      kernels.addBias(qkv, w.qkvBias());
    }
    putInOrder(qkv);
    return qkv;
  }

  private void putInOrder(Rows qkv) {
    int[] order = rotary.order();
    float[] head = new float[order.length];
    int columns = order.length == 0 ? 0 : (config.heads() + config.kvHeads()) * order.length;
    for (int row = 0; row < qkv.rows(); row++) {
      for (int at = qkv.at(row); at < qkv.at(row) + columns; at += order.length) {
        System.arraycopy(qkv.data(), at, head, 0, order.length);
        for (int i = 0; i < order.length; i++) {
          qkv.data()[at + i] = head[order[i]];
        }
      }
    }
  }

  /**
   * Appends tokens; how unlikely each is behind those before it.
   *
   * @return (tokens - 1), nats
   */
  double[] surprisals(Sequence sequence) {
    TokenIds tokens = sequence.tokens();
    Pass pass = Pass.plan(List.of(sequence), MAX_TOKENS).getFirst();
    Walk walk = begin(sequence, pass, 0);
    layers(walk, 0, config.layers());
    double[] surprisals = new double[tokens.size() - 1];
    for (int first = 0; first < surprisals.length; first += HEAD_ROWS) {
      int rows = Math.min(HEAD_ROWS, surprisals.length - first);
      Rows normed = workspace.normed(rows);
      kernels.rmsNorm(
          walk.hidden().slice(first, rows), weights.outputNorm(), config.rmsEpsilon(), normed);
      List<float[]> logits = new ArrayList<>(Collections.nCopies(rows, new float[0]));
      head(normed, IntStream.range(0, rows).boxed().toList(), logits);
      for (int row = 0; row < rows; row++) {
        surprisals[first + row] = surprisal(logits.get(row), tokens.at(first + row + 1));
      }
    }
    return surprisals;
  }

  private static double surprisal(float[] logits, int token) {
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    return max + Math.log(sum) - logits[token];
  }

  /**
   * Computes rows that are there already again, in layer 0 and as far as keys and values of layer
   * 1, and stores them.
   *
   * @param out for each sequence and token: how far its value of layer 1 was off, squared
   */
  void deviations(List<Sequence> batch, Pass pass, List<float[]> out) {
    Walk walk = new Walk(batch, pass, workspace.hidden(pass.tokens()), queries(batch, pass, 0));
    embed(walk);
    layers(walk, 0, 1);
    Rows qkv = project(weights.layers().get(1), walk.hidden());
    for (int i = 0; i < walk.queries().size(); i++) {
      Piece piece = pass.pieces().get(i);
      Query query = walk.queries().get(i);
      float[] of = out.get(piece.sequence());
      for (int token = 0; token < query.tokens(); token++) {
        of[piece.from() + token] = deviation(query, token, qkv);
      }
      store(1, query, qkv);
    }
  }

  /** Σ (v - v')² over heads, before v' is overwritten. */
  private float deviation(Query query, int token, Rows qkv) {
    int d = config.headDim();
    Span own = query.spans().getLast();
    int values = qkv.at(query.firstRow() + token) + (config.heads() + config.kvHeads()) * d;
    float[] stored = new float[d];
    double sum = 0;
    for (int head = 0; head < config.kvHeads(); head++) {
      int index = query.positions()[token] - own.start();
      own.segment().readValues(own.segment().row(1, head, index), 1, stored);
      for (int i = 0; i < d; i++) {
        double difference = (double) qkv.data()[values + head * d + i] - stored[i];
        sum += difference * difference;
      }
    }
    return (float) sum;
  }

  /** Stores a sequence's keys, rotated at their index in the segment, and its values. */
  private void store(int layer, Query query, Rows qkv) {
    int d = config.headDim();
    float[] rotated = new float[d];
    Span own = query.spans().getLast();
    NativeKvSegment segment = (NativeKvSegment) own.segment();
    for (int token = 0; token < query.tokens(); token++) {
      int index = query.positions()[token] - own.start();
      int keys = qkv.at(query.firstRow() + token) + config.heads() * d;
      int values = keys + config.kvHeads() * d;
      for (int head = 0; head < config.kvHeads(); head++) {
        long at = segment.offset(layer, head, index);
        rope.rotate(qkv.data(), keys + head * d, index, rotated, 0);
        segment.write(segment.keys(), at, rotated, 0);
        segment.write(segment.values(), at, qkv.data(), values + head * d);
      }
    }
  }

  private void feedForward(LlamaWeights.Layer w, Rows hidden) {
    int rows = hidden.rows();
    Rows normed = workspace.normed(rows);
    Rows gateUp = workspace.gateUp(rows);
    Rows gated = workspace.gated(rows);
    Rows projected = workspace.projected(rows);
    kernels.rmsNorm(hidden, w.feedForwardNorm(), config.rmsEpsilon(), normed);
    kernels.matmul(w.gateUp(), normed, gateUp);
    kernels.swiGlu(gateUp, gated);
    kernels.matmul(w.down(), gated, projected);
    kernels.add(hidden, projected);
  }

  private void logits(List<Sequence> batch, Pass pass, Rows hidden, List<float[]> out) {
    List<Integer> wanted = new ArrayList<>();
    Rows normed = workspace.normed(hidden.rows());
    int row = 0;
    for (Piece piece : pass.pieces()) {
      row += piece.tokens();
      Sequence sequence = batch.get(piece.sequence());
      if (sequence.wantLogits() && piece.to() == sequence.tokens().size()) {
        Rows last = hidden.slice(row - 1, 1);
        kernels.rmsNorm(
            last, weights.outputNorm(), config.rmsEpsilon(), normed.slice(wanted.size(), 1));
        wanted.add(piece.sequence());
      }
    }
    if (!wanted.isEmpty()) {
      head(normed.slice(0, wanted.size()), wanted, out);
    }
  }

  private void head(Rows normed, List<Integer> wanted, List<float[]> out) {
    int stride = PackedMatrix.padded(config.vocabulary());
    int rows = Kernels.paddedRows(wanted.size());
    Rows logits = new Rows(new float[rows * stride], 0, wanted.size(), config.vocabulary(), stride);
    kernels.matmul(weights.head(), normed, logits);
    for (int i = 0; i < wanted.size(); i++) {
      int at = logits.at(i);
      out.set(wanted.get(i), Arrays.copyOfRange(logits.data(), at, at + config.vocabulary()));
    }
  }
}
