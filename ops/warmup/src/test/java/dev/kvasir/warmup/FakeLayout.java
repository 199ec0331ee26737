package dev.kvasir.warmup;

import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.DocumentRef;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.Scope;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.prefill.testing.Blocks;
import dev.kvasir.prefill.testing.FakeEngine;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Blocks for the fake engine: a token for each byte of the text. */
record FakeLayout() implements PassageLayout {
  private static final KvGeometry GEOMETRY = new KvGeometry(3, 2, 8);
  private static final CacheableBlock PREFIX = Blocks.alone(FakeEngine.tokens(1, 12));

  @Override
  public String model() {
    return "feed";
  }

  @Override
  public ElementType elementType() {
    return ElementType.FLOAT16;
  }

  @Override
  public int contextTokens() {
    return FakeEngine.CONTEXT_TOKENS;
  }

  @Override
  public long bytes(int tokens) {
    return GEOMETRY.bytes(tokens, elementType());
  }

  @Override
  public int tokens(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  @Override
  public Function<Passage, CacheableBlock> blocks(Scope scope, PrefixMode prefix) {
    return passage -> {
      IntStream ids = passage.text().chars().map(c -> c == '!' ? FakeEngine.POISON : c % 250);
      return new CacheableBlock(
          new BlockIdentity(
              model(),
              elementType(),
              Optional.of(PREFIX.key()),
              scope.text(),
              TokenIds.of(ids.toArray())),
          Optional.of(PREFIX),
          documents(passage));
    };
  }

  private static Set<DocumentRef> documents(Passage passage) {
    return passage.id().isEmpty() && passage.collection().isEmpty()
        ? Set.of()
        : Set.of(new DocumentRef(passage.collection(), passage.id()));
  }
}
