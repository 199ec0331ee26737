package dev.kvasir.node.disk;

import dev.kvasir.block.BlockKey;
import dev.kvasir.node.disk.DiskMetrics.Loss;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.tier.DiskDirectory;
import dev.kvasir.store.tier.DiskEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the grid's directory in line with this node's files. Changed by the worker alone. */
final class Announcements {
  private static final Logger log = LoggerFactory.getLogger(Announcements.class);
  private static final int BATCH = 256;

  private final DiskFiles files;
  private final DiskDirectory directory;
  private final String node;

  /** Whether the directory agrees with the files, as far as this node knows. */
  private boolean complete;

  Announcements(DiskFiles files, DiskDirectory directory, String node) {
    this.files = files;
    this.directory = directory;
    this.node = node;
  }

  /** Announces every file, those used last first, and withdraws what is not here any more. */
  void all() throws IOException {
    complete = false;
    Map<BlockKey, DiskEntry> known = Worker.await(directory.all());
    List<CompletableFuture<Void>> withdrawals = new ArrayList<>();
    known.forEach((key, entry) -> {
      if (entry.nodes().contains(node) && files.find(key).isEmpty()) {
        withdrawals.add(directory.withdraw(key, node));
      }
    });
    Worker.await(CompletableFuture.allOf(withdrawals.toArray(CompletableFuture[]::new)));
    List<StoredBlock> blocks =
        files.all().reversed().stream().filter(block -> isNews(block, known)).toList();
    for (int from = 0; from < blocks.size(); from += BATCH) {
      announce(blocks.subList(from, Math.min(from + BATCH, blocks.size())));
    }
    complete = true;
    log.debug("node={} has announced {} blocks in files", node, files.blocks());
  }

  /** Announces every file if the grid could not be told something before. */
  void finish() throws IOException {
    if (!complete) {
      all();
    }
  }

  private boolean isNews(StoredBlock block, Map<BlockKey, DiskEntry> known) {
    DiskEntry entry = known.get(block.key());
    return entry == null || !entry.nodes().contains(node) || !entry.info().equals(block.info());
  }

  private void announce(List<StoredBlock> blocks) throws IOException {
    List<CompletableFuture<Optional<DiskEntry>>> answers =
        blocks.stream().map(block -> directory.announce(block, node)).toList();
    for (int i = 0; i < blocks.size(); i++) {
      if (Worker.await(answers.get(i)).isEmpty()) {
        drop(blocks.get(i).key(), Loss.DELETED);
      }
    }
  }

  /** What all nodes together know of a block that lies in files. */
  CompletableFuture<Optional<BlockInfo>> info(BlockKey key) {
    return directory
        .find(List.of(key))
        .thenApply(found -> Optional.ofNullable(found.get(key)).map(DiskEntry::info));
  }

  /** Says whatever is true of this block now. */
  void renew(BlockKey key) throws IOException {
    boolean before = complete;
    complete = false;
    Optional<StoredBlock> block = files.find(key);
    if (block.isPresent()) {
      announce(List.of(block.get()));
    } else {
      Worker.await(directory.withdraw(key, node));
    }
    complete = before;
  }

  /** Takes the file away and says so. */
  void drop(BlockKey key, Loss why) throws IOException {
    boolean before = complete;
    complete = false;
    files.delete(key, why);
    Worker.await(directory.withdraw(key, node));
    complete = before;
  }
}
