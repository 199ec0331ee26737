package dev.kvasir.engine;

/**
 * A sequence on its way through the layers, for a context that is still being installed: between
 * two steps it waits for nobody and other passes run. Its numbers are those of {@link
 * Engine#forward}. Nothing is appended before {@link #finish()}; whoever does not want it any more
 * drops it. One thread at a time.
 */
public interface LayeredPass {

  /**
   * Computes the layers below {@code layers} that are not computed yet; all of the context has to
   * be installed in them.
   */
  void advance(int layers);

  /**
   * Appends the tokens, after the last layer.
   *
   * @return the logits of the last token, or an empty array if they were not wanted
   */
  float[] finish();
}
