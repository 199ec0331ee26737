package dev.kvasir.warmup;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DocumentRef;
import dev.kvasir.block.Scope;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.warmup.corpus.Corpora;
import dev.kvasir.warmup.corpus.Item;
import dev.kvasir.warmup.job.JobRequest;
import dev.kvasir.warmup.job.SentPassages;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Reads a corpus as blocks, in its order: each passage's block, and whether it came before. Owns
 * the open corpus. Not thread-safe.
 */
final class BlockReader implements AutoCloseable {
  private final PassageLayout layout;
  private final Function<Passage, CacheableBlock> blocks;
  private final Stream<Item> stream;
  private final Iterator<Item> items;
  private final Set<BlockKey> seen = new HashSet<>();

  /** What an item is. */
  sealed interface Read {
    /**
     * A passage's block.
     *
     * @param again whether an earlier passage has the same one
     */
    record Block(String where, CacheableBlock block, boolean again) implements Read {

      /** The same, also from the documents of another passage with its text, up to a limit. */
      Block and(Block other) {
        Set<DocumentRef> documents =
            DocumentNames.union(block.documents(), other.block.documents());
        return documents.equals(block.documents())
            ? this
            : new Block(
                where, new CacheableBlock(block.identity(), block.prefix(), documents), again);
      }
    }

    /** Nothing that could be encoded. */
    record Problem(String where, String problem) implements Read {}
  }

  BlockReader(JobRequest request, PassageLayout layout, SentPassages sent) {
    this.layout = layout;
    blocks = layout.blocks(Scope.parse(request.scope()), request.prefix());
    stream = Corpora.open(request.corpus(), layout::tokens, sent::lines).items();
    items = stream.iterator();
  }

  boolean hasNext() {
    return items.hasNext();
  }

  Read next() {
    return switch (items.next()) {
      case Item.Faulty(String where, String problem) -> new Read.Problem(where, problem);
      case Item.Usable(String where, Passage passage) -> read(where, passage);
    };
  }

  private Read read(String where, Passage passage) {
    try {
      CacheableBlock block = blocks.apply(passage);
      int length =
          block.tokens().size() + block.prefix().map(prefix -> prefix.tokens().size()).orElse(0);
      return length > layout.contextTokens()
          ? new Read.Problem(
              where,
              "it has %d tokens with its prefix, the model takes %d: cut it"
                  .formatted(length, layout.contextTokens()))
          : new Read.Block(where, block, !seen.add(block.key()));
    } catch (IllegalArgumentException e) {
      return new Read.Problem(where, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    stream.close();
  }
}
