package dev.kvasir.warmup.job;

import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.warmup.corpus.CorpusException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Passages that came with a request, as lines of JSON, so that every process can run their job: in
 * parts of some {@value #PART_CHARS} characters under {@code ID/NUMBER} in a shared map. They are
 * kept for as long as a job that has ended. Methods block. Thread-safe.
 */
public final class SentPassages {
  private static final int PART_CHARS = 65_536;
  private static final int ID_DIGITS = 8;
  private static final String MAP = "kvasir-warmup-passages";

  private final SharedMap map;

  public SentPassages(Grid grid) {
    map = grid.map(MAP);
  }

  /** Keeps the lines; their id. */
  public String keep(List<String> lines) {
    String id = UUID.randomUUID().toString().substring(0, ID_DIGITS);
    List<String> parts = parts(lines);
    for (int i = 0; i < parts.size(); i++) {
      Answers.await(map.putIfAbsent(name(id, i), parts.get(i), Jobs.KEPT));
    }
    return id;
  }

  /**
   * The lines, read part by part.
   *
   * @throws CorpusException if they are kept no longer
   */
  public Stream<String> lines(String id) {
    if (part(id, 0).isEmpty()) {
      throw new CorpusException(
          "the passages that were sent are kept for %d days, and these are gone: send them again"
              .formatted(Jobs.KEPT.toDays()));
    }
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> part(id, i))
        .takeWhile(Optional::isPresent)
        .flatMap(text -> text.orElseThrow().lines());
  }

  private Optional<String> part(String id, int number) {
    String name = name(id, number);
    return Optional.ofNullable(Answers.await(map.getAll(List.of(name))).get(name));
  }

  private static String name(String id, int part) {
    return "%s/%05d".formatted(id, part);
  }

  private static List<String> parts(List<String> lines) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    for (String line : lines) {
      part.append(line).append('\n');
      if (part.length() >= PART_CHARS) {
        parts.add(part.toString());
        part.setLength(0);
      }
    }
    if (!part.isEmpty()) {
      parts.add(part.toString());
    }
    return parts;
  }
}
