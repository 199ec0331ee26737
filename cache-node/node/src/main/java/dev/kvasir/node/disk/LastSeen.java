package dev.kvasir.node.disk;

import dev.kvasir.store.delete.Buried;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * What a node knew of deletions and when, as it keeps it in its folder:
 *
 * <pre>
 * seen 2026-11-26T14:45:34Z
 * generation 7
 * tombstone 5 document%3Atenant%3Aacme%2Fpage
 * crc32c 1a2b3c4d              over the lines above
 * </pre>
 *
 * @param time when the tombstones were read last
 */
record LastSeen(Instant time, Buried buried) {
  static final String NAME = "last-seen";

  /** Allowed to clocks that are set, and to the time from this check to reading the tombstones. */
  private static final Duration MARGIN = Duration.ofMinutes(1);

  /**
   * Whether deletions may have come and gone unseen since then: more time has passed than a
   * tombstone lives, or the clock was set back so that nobody knows how much.
   */
  boolean isTooOld(Instant now, Duration tombstoneLife) {
    return now.isAfter(time.plus(tombstoneLife).minus(MARGIN)) || now.isBefore(time.minus(MARGIN));
  }

  void write(Path path) throws IOException {
    StringBuilder lines = new StringBuilder();
    lines.append("seen ").append(time).append('\n');
    lines.append("generation ").append(buried.generation()).append('\n');
    new TreeMap<>(buried.tombstones())
        .forEach((selector, generation) ->
            lines
                .append("tombstone %d ".formatted(generation))
                .append(URLEncoder.encode(selector, StandardCharsets.UTF_8))
                .append('\n'));
    String text = lines.toString();
    DurableFile.write(path, text + "crc32c " + crc(text) + "\n");
  }

  /**
   * Reads the file; empty if there is none.
   *
   * @throws IOException if it is damaged or can't be read
   */
  static Optional<LastSeen> read(Path path) throws IOException {
    try {
      String text = Files.readString(path);
      int end = text.lastIndexOf("crc32c ");
      if (end < 0 || !text.substring(end).equals("crc32c " + crc(text.substring(0, end)) + "\n")) {
        throw new IOException(path + " is damaged");
      }
      return Optional.of(parse(text.substring(0, end).lines().toList()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IllegalArgumentException | DateTimeException | IndexOutOfBoundsException e) {
      throw new IOException(path + " is damaged: " + e.getMessage(), e);
    }
  }

  private static LastSeen parse(List<String> lines) {
    Instant time = Instant.parse(lines.get(0).substring("seen ".length()));
    long generation = Long.parseLong(lines.get(1).substring("generation ".length()));
    Map<String, Long> tombstones = new HashMap<>();
    for (String line : lines.subList(2, lines.size())) {
      List<String> words = List.of(line.split(" ", -1));
      tombstones.put(
          URLDecoder.decode(words.get(2), StandardCharsets.UTF_8), Long.parseLong(words.get(1)));
    }
    return new LastSeen(time, new Buried(generation, tombstones));
  }

  private static String crc(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(crc.getValue());
  }
}
