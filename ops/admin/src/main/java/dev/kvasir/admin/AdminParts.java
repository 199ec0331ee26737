package dev.kvasir.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.admin.event.EventLog;
import dev.kvasir.admin.metric.NodeMetrics;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.delete.Deletions;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.holder.Holders;
import dev.kvasir.store.pin.Pins;
import dev.kvasir.store.tier.DiskDirectory;
import dev.kvasir.warmup.WarmUps;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the admin API works with; borrowed and used from many threads.
 *
 * @param blocks memory and files, in which deletions win
 * @param configuration of this process, secrets masked
 */
public record AdminParts(
    Grid grid,
    BlockStore blocks,
    DiskDirectory disk,
    Holders holders,
    Deletions deletions,
    Pins pins,
    Quotas quotas,
    WarmUps warmUps,
    AuditLog audit,
    EventLog events,
    NodeMetrics metrics,
    LogLevels logLevels,
    ObjectNode configuration,
    Settings settings) {

  /**
   * What is configured.
   *
   * @param corpora the only folder whose corpora the API reads; empty: it takes none by path
   * @param authorities PEM file of those that workers' certificates come from; empty: those that
   *     Java knows
   * @param version of this process
   */
  public record Settings(Optional<Path> corpora, Optional<Path> authorities, String version) {}
}
