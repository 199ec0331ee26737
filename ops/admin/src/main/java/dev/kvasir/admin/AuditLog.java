package dev.kvasir.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.warmup.job.Answers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who changed what, kept in the grid for thirty days, whichever process wrote it, and in its log.
 * Methods block and throw {@link StoreException} where the grid does not answer. Thread-safe.
 */
public final class AuditLog {
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
  private static final String MAP = "kvasir-audit";
  private static final Duration KEPT = Duration.ofDays(30);
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final SharedMap map;
  private final InstantSource clock;

  /**
   * One change.
   *
   * @param id orders entries by time
   * @param by name of the caller's key
   * @param action what was asked for, such as {@code pins.create}
   * @param target what it was done to
   * @param outcome what came of it, a few words
   */
  public record Entry(
      String id, long atMillis, String by, String action, String target, String outcome) {}

  public AuditLog(Grid grid, InstantSource clock) {
    map = grid.map(MAP);
    this.clock = clock;
  }

  /** Writes an entry. */
  public Entry write(String by, String action, String target, String outcome) {
    long now = clock.millis();
    String id = "%013d-%s".formatted(now, UUID.randomUUID().toString().substring(0, 8));
    Entry entry = new Entry(id, now, by, action, target, outcome);
    try {
      String text = JSON.writeValueAsString(entry);
      LOG.info("audit {}", text);
      Answers.await(map.putIfAbsent(id, text, KEPT));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    return entry;
  }

  /**
   * Up to {@code limit} entries, the newest first.
   *
   * @param before only those older than the entry with this id
   */
  public List<Entry> list(Optional<String> before, int limit) {
    return Answers.await(map.entries()).values().stream()
        .flatMap(text -> read(text).stream())
        .filter(entry -> before.isEmpty() || entry.id().compareTo(before.get()) < 0)
        .sorted(Comparator.comparing(Entry::id).reversed())
        .limit(limit)
        .toList();
  }

  private static Optional<Entry> read(String text) {
    try {
      return Optional.of(JSON.readValue(text, Entry.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
