package dev.kvasir.warmup;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.warmup.corpus.CorpusException;
import dev.kvasir.warmup.job.Answers;
import dev.kvasir.warmup.job.ItemProblem;
import dev.kvasir.warmup.job.JobRequest;
import dev.kvasir.warmup.job.Manifests;
import dev.kvasir.warmup.job.Plan;
import dev.kvasir.warmup.job.SentPassages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads a corpus once and asks the store what it has of it. Not thread-safe; for one use. */
final class Planner {
  private final PassageLayout layout;
  private final BlockStore store;
  private final SentPassages sent;
  private final List<BlockKey> keys = new ArrayList<>();
  private final List<Integer> tokens = new ArrayList<>();
  private final List<ItemProblem> problems = new ArrayList<>();
  private long passages;
  private long faulty;
  private long presentBlocks;
  private long presentBytes;
  private long newTokens;
  private long newBytes;

  /**
   * What a corpus comes to.
   *
   * @param keys of its distinct blocks, in its order
   */
  record Planned(Plan plan, List<BlockKey> keys) {}

  Planner(PassageLayout layout, BlockStore store, SentPassages sent) {
    this.layout = layout;
    this.store = store;
    this.sent = sent;
  }

  /**
   * Blocks while it reads.
   *
   * @throws CorpusException if the corpus cannot be read, or is too large for one job
   */
  Planned plan(JobRequest request, double tokensPerSecond) {
    try (BlockReader reader = new BlockReader(request, layout, sent)) {
      while (reader.hasNext()) {
        take(reader.next());
      }
    }
    for (int from = 0; from < keys.size(); from += Manifests.PART_KEYS) {
      look(from, Math.min(from + Manifests.PART_KEYS, keys.size()));
    }
    return new Planned(
        new Plan(
            passages,
            keys.size(),
            presentBlocks,
            presentBytes,
            newTokens,
            newBytes,
            tokensPerSecond,
            faulty,
            problems),
        List.copyOf(keys));
  }

  private void take(BlockReader.Read read) {
    switch (read) {
      case BlockReader.Read.Problem(String where, String problem) -> {
        faulty++;
        if (problems.size() < ItemProblem.KEPT) {
          problems.add(new ItemProblem(where, problem));
        }
      }
      case BlockReader.Read.Block block -> {
        passages++;
        if (!block.again()) {
          keys.add(block.block().key());
          tokens.add(block.block().tokens().size());
        }
      }
    }
    if (keys.size() > Manifests.MAX_BLOCKS) {
      throw new CorpusException(
          "the corpus has more than %d different passages: make several jobs of it"
              .formatted(Manifests.MAX_BLOCKS));
    }
  }

  private void look(int from, int to) {
    Map<BlockKey, StoredBlock> present = Answers.await(store.describe(keys.subList(from, to)));
    presentBlocks += present.size();
    presentBytes += present.values().stream().mapToLong(StoredBlock::bytes).sum();
    for (int i = from; i < to; i++) {
      if (!present.containsKey(keys.get(i))) {
        newTokens += tokens.get(i);
        newBytes += layout.bytes(tokens.get(i));
      }
    }
  }
}
