package dev.kvasir.bench.eval;

import org.jspecify.annotations.Nullable;

/**
 * What one question gave in one mode.
 *
 * @param model fingerprint
 * @param question its text
 * @param occurrence how many questions before it in the set have the same text
 * @param tokens of the prompt
 * @param computed share of the prompt's tokens that run through the model once its blocks are
 *     there, layer by layer
 * @param answer at most 32 tokens, greedy
 * @param marks by the right answers
 * @param nll of the first right answer behind the prompt, nats a token; null where a server was
 *     asked, which does not tell it
 * @param sameFirst whether full attention begins its answer with the same token; null where it
 *     reads other passages, or a server was asked
 * @param kl divergence of the first token from full attention's, nats; null as above
 * @param ttftMillis from installed blocks to the first token's logits; of a server, as it tells it
 */
public record EvalOutcome(
    String model,
    String question,
    int occurrence,
    String mode,
    int tokens,
    double computed,
    String answer,
    Marks marks,
    @Nullable Double nll,
    @Nullable Boolean sameFirst,
    @Nullable Double kl,
    double ttftMillis) {

  /** What was asked: an outcome for each. */
  record Key(String model, String question, int occurrence, String mode) {}

  Key key() {
    return new Key(model, question, occurrence, mode);
  }
}
