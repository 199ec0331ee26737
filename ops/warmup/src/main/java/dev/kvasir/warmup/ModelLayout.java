package dev.kvasir.warmup;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.Scope;
import dev.kvasir.engine.ModelInfo;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.engine.prompt.PromptLayout;
import dev.kvasir.engine.prompt.Scoping;
import dev.kvasir.engine.tokenizer.Tokenizer;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The layout of a model's prompts. Immutable.
 *
 * @param scopings what a tenant may see
 */
public record ModelLayout(
    ModelInfo info,
    ElementType elementType,
    Tokenizer tokenizer,
    Function<Scope.Tenant, Scoping> scopings)
    implements PassageLayout {
  private static final String NOBODY = "nobody";

  @Override
  public String model() {
    return info.fingerprint();
  }

  @Override
  public int contextTokens() {
    return info.contextTokens();
  }

  @Override
  public long bytes(int tokens) {
    return info.geometry().bytes(tokens, elementType);
  }

  @Override
  public int tokens(String text) {
    return tokenizer.encode(text).size();
  }

  @Override
  public Function<Passage, CacheableBlock> blocks(Scope scope, PrefixMode prefix) {
    return switch (scope) {
      case Scope.Tenant tenant -> blocks(scopings.apply(tenant), prefix);
      case Scope.Shared(String collection) ->
          blocks(new Scoping(new Scope.Tenant(NOBODY), Set.of(collection)), prefix)
              .compose(passage -> in(collection, passage));
      case Scope.Public _ ->
          throw new IllegalArgumentException("passages belong to a tenant or a collection");
    };
  }

  private Function<Passage, CacheableBlock> blocks(Scoping scoping, PrefixMode prefix) {
    PromptLayout layout = new PromptLayout(tokenizer, model(), elementType, scoping);
    return passage -> layout.passage(passage, prefix, Optional.empty());
  }

  private static Passage in(String collection, Passage passage) {
    return new Passage(passage.id(), passage.title(), passage.text(), Optional.of(collection));
  }
}
