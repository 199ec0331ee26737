package dev.kvasir.warmup.job;

import dev.kvasir.block.Scope;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.warmup.corpus.CorpusSpec;

/**
 * What a job is to fill.
 *
 * @param scope whose blocks, in its canonical form: a tenant's, or a shared collection's
 * @param prefix what passages are encoded behind; not {@link PrefixMode#SYSTEM}, which every
 *     application has its own of
 * @param createdBy who asked for it
 */
public record JobRequest(CorpusSpec corpus, String scope, PrefixMode prefix, String createdBy) {
  public JobRequest {
    if (Scope.parse(scope).equals(Scope.PUBLIC)) {
      throw new IllegalArgumentException(
          "a warm-up fills tenant:NAME or shared:NAME, not " + scope);
    }
    if (prefix == PrefixMode.SYSTEM) {
      throw new IllegalArgumentException("a warm-up's prefix is sink or none");
    }
  }
}
