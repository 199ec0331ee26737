package dev.kvasir.engine.batch;

import dev.kvasir.engine.LayeredPass;

/** Tells an observer when a layered pass has run. */
record ObservedPass(LayeredPass pass, PassObserver observer, int tokens) implements LayeredPass {

  @Override
  public void advance(int layers) {
    pass.advance(layers);
  }

  @Override
  public float[] finish() {
    float[] logits = pass.finish();
    observer.ran(1, tokens);
    return logits;
  }
}
