package dev.kvasir.warmup;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DocumentRef;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.warmup.BlockReader.Read;
import dev.kvasir.warmup.corpus.CorpusException;
import dev.kvasir.warmup.job.Answers;
import dev.kvasir.warmup.job.Job;
import dev.kvasir.warmup.job.JobState;
import dev.kvasir.warmup.job.Jobs;
import dev.kvasir.warmup.job.LostManifestException;
import dev.kvasir.warmup.job.Manifests;
import dev.kvasir.warmup.job.Progress;
import dev.kvasir.warmup.job.Progress.Counts;
import dev.kvasir.warmup.job.SentPassages;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * One process's run of one job, part by part: what the store has of a part is left alone, the rest
 * is encoded, and then the next part is written down as the one to go on with. So whoever goes on
 * after a lost runner looks at one part again and encodes nothing that is stored.
 *
 * <p>A process that was held up may go on after its lease was lost. So a job names the run that
 * writes it, which is begun once and only in place of the one that was there when the lease was
 * asked for; another one changes nothing and stops. For one use by one thread.
 */
final class JobRun implements AutoCloseable {
  private final WarmUps.Parts parts;
  private final Jobs jobs;
  private final Manifests manifests;
  private final DocumentNames documents;
  private final SentPassages sent;
  private final Pace pace;
  private final LeaseKeeper keeper;
  private volatile boolean told;
  private Progress progress = Progress.NONE;
  private long sinceNanos = System.nanoTime();

  JobRun(WarmUps.Parts parts, Jobs jobs, Manifests manifests, Pace pace, LeaseKeeper keeper) {
    this.parts = parts;
    this.jobs = jobs;
    this.manifests = manifests;
    this.pace = pace;
    this.keeper = keeper;
    documents = new DocumentNames(parts.store());
    sent = new SentPassages(parts.grid());
  }

  /** The job when it has ended, or was stopped here or by somebody else. */
  Job run(Job begun, BooleanSupplier stopped) {
    BooleanSupplier halted = () -> told || keeper.isLost() || stopped.getAsBoolean();
    try (Subscription _ = jobs.watch(job -> hear(begun.id(), job))) {
      Job job = jobs.change(begun.id(), known -> begin(begun, known)).orElse(begun);
      progress = job.progress().begunAgain();
      return goesOn(job) ? encode(job, halted) : job;
    } catch (CorpusException | LostManifestException e) {
      return turn(begun, JobState.FAILED, Optional.ofNullable(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return jobs.get(begun.id()).orElse(begun);
    }
  }

  private Job begin(Job seen, Job known) {
    return Objects.equals(known.run(), seen.run()) ? known.begunBy(keeper.lease()) : known;
  }

  private boolean goesOn(Job job) {
    return job.state() == JobState.RUNNING && job.isOf(keeper.lease());
  }

  private void hear(String id, Job job) {
    if (job.id().equals(id) && job.state() != JobState.RUNNING) {
      told = true;
    }
  }

  private Job encode(Job begun, BooleanSupplier halted) throws InterruptedException {
    Job job = begun;
    try (BlockReader reader = new BlockReader(job.request(), parts.layout(), sent)) {
      for (int part = 0; part < job.parts(); part++) {
        List<Read.Block> blocks = nextPart(reader, job, part);
        requireSame(job, part, blocks);
        if (part >= progress.part()) {
          job = encode(job, blocks, halted);
          if (!goesOn(job) || halted.getAsBoolean()) {
            return job;
          }
        }
      }
      requireSame(job, job.parts(), nextPart(reader, job, job.parts()));
    }
    return finish(job);
  }

  /**
   * The next distinct blocks, each with the documents of all its passages among them. Passages with
   * the text of an earlier part, which is done, are told to the store.
   */
  private List<Read.Block> nextPart(BlockReader reader, Job job, int part) {
    Map<BlockKey, Read.Block> blocks = new LinkedHashMap<>();
    Map<BlockKey, Read.Block> earlier = new HashMap<>();
    while (blocks.size() < Manifests.PART_KEYS && reader.hasNext()) {
      if (reader.next() instanceof Read.Block read) {
        BlockKey key = read.block().key();
        boolean isEarlier = read.again() && !blocks.containsKey(key);
        (isEarlier ? earlier : blocks).merge(key, read, Read.Block::and);
      }
      if (earlier.size() == Manifests.PART_KEYS) {
        name(job, part, earlier.values());
        earlier.clear();
      }
    }
    name(job, part, earlier.values());
    return List.copyOf(blocks.values());
  }

  /** Adds what was not deleted since the job was made, unless it was added when the part ran. */
  private void name(Job job, int part, Collection<Read.Block> blocks) {
    if (part >= progress.part() && !blocks.isEmpty()) {
      Map<BlockKey, Set<DocumentRef>> named = new HashMap<>();
      surviving(job, blocks)
          .forEach((key, info) -> info.ifPresent(left -> named.put(key, left.documents())));
      documents.add(named);
    }
  }

  private void requireSame(Job job, int part, List<Read.Block> blocks) {
    List<BlockKey> planned =
        part < job.parts() ? manifests.read(job.id(), part) : List.<BlockKey>of();
    if (!planned.equals(blocks.stream().map(read -> read.block().key()).toList())) {
      throw new CorpusException(
          "the corpus %s is not what was planned: make a new job"
              .formatted(job.request().corpus().path()));
    }
  }

  private Job encode(Job job, List<Read.Block> blocks, BooleanSupplier halted)
      throws InterruptedException {
    PartRun part = new PartRun(parts.encoder(), parts.layout(), pace, halted);
    part.encode(toEncode(job, blocks, part), () -> report(job, part.counts()));
    Counts counts = part.counts();
    Job now = report(job, counts);
    if (counts.done() < blocks.size()) {
      return now;
    }
    name(job, progress.part(), blocks);
    progress = progress.partDone(part.problems());
    return write(job);
  }

  /** Those that are missing and were not deleted since the job was made. */
  private Map<Read.Block, CacheableBlock> toEncode(Job job, List<Read.Block> blocks, PartRun part) {
    Set<BlockKey> present =
        Answers.await(
            parts.store().contains(blocks.stream().map(read -> read.block().key()).toList()));
    Map<BlockKey, Optional<BlockInfo>> left = surviving(job, blocks);
    Map<Read.Block, CacheableBlock> missing = new LinkedHashMap<>();
    for (Read.Block read : blocks) {
      CacheableBlock block = read.block();
      Optional<BlockInfo> info = left.getOrDefault(block.key(), Optional.empty());
      if (info.isEmpty()) {
        part.add(Counts.REFUSED);
      } else if (present.contains(block.key())) {
        part.add(Counts.FOUND);
      } else {
        missing.put(
            read, new CacheableBlock(block.identity(), block.prefix(), info.get().documents()));
      }
    }
    return missing;
  }

  private Map<BlockKey, Optional<BlockInfo>> surviving(Job job, Collection<Read.Block> blocks) {
    Map<BlockKey, BlockInfo> infos = HashMap.newHashMap(blocks.size());
    blocks.forEach(read -> infos.put(read.block().key(), info(job, read.block())));
    return Answers.await(parts.tombstones().surviving(infos));
  }

  private static BlockInfo info(Job job, CacheableBlock block) {
    return new BlockInfo(
        job.model(),
        block.identity().scope(),
        job.generation(),
        block.documents(),
        Instant.ofEpochMilli(job.createdAtMillis()));
  }

  private Job report(Job job, Counts inPart) {
    long now = System.nanoTime();
    progress = progress.at(inPart, (now - sinceNanos) / 1_000_000);
    sinceNanos = now;
    return write(job);
  }

  private Job write(Job job) {
    return change(job, known -> known.at(progress));
  }

  private Job change(Job job, UnaryOperator<Job> edit) {
    return jobs.change(job.id(), known -> known.isOf(keeper.lease()) ? edit.apply(known) : known)
        .orElse(job);
  }

  private Job finish(Job job) {
    long present = 0;
    for (int part = 0; part < job.parts(); part++) {
      List<BlockKey> keys = manifests.read(job.id(), part);
      present += Answers.await(parts.store().contains(keys)).size();
    }
    progress = progress.counted(present);
    Job counted = write(job);
    if (!goesOn(counted)) {
      return counted;
    }
    progress.tokensPerSecond().ifPresent(rate -> jobs.measured(job.model(), rate));
    manifests.forget(job.id(), job.parts(), Jobs.KEPT);
    return turn(job, JobState.FINISHED, Optional.empty());
  }

  /** Nobody's pause or cancellation is overwritten. */
  private Job turn(Job job, JobState next, Optional<String> problem) {
    return change(
        job,
        known ->
            known.state() == JobState.RUNNING
                ? known.in(next, problem, System.currentTimeMillis())
                : known);
  }

  @Override
  public void close() {
    keeper.close();
  }
}
