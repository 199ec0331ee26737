package dev.kvasir.engine.model;

import dev.kvasir.engine.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A model whose weights have a LoRA adapter merged in. */
public final class AdaptedModel extends ModelFiles {
  private final ModelFiles base;
  private final LoraAdapter adapter;
  private final Precision precision;

  /** What merged weights are rounded to; others stay as they are. */
  public enum Precision {
    FLOAT32,
    /** Half the memory, and other numbers: part of the fingerprint. */
    FLOAT16
  }

  /** Takes ownership of both. */
  AdaptedModel(ModelFiles base, LoraAdapter adapter, Precision precision) {
    this.base = base;
    this.adapter = adapter;
    this.precision = precision;
  }

  @Override
  public String name() {
    return base.name() + "+" + adapter.name();
  }

  @Override
  public LlamaConfig config() {
    return base.config();
  }

  @Override
  public Tokenizer tokenizer() {
    return base.tokenizer();
  }

  @Override
  WeightSource weights(LlamaConfig config) {
    return new AdaptedWeights(base.weights(config), adapter, config, precision);
  }

  @Override
  List<Path> files() {
    return Stream.concat(base.files().stream(), adapter.files().stream()).toList();
  }

  @Override
  String rounding() {
    return precision == Precision.FLOAT16 ? "-merged-float16" : "";
  }

  @Override
  void unload() {
    base.unload();
  }

  @Override
  public void close() {
    adapter.close();
    base.close();
  }
}
