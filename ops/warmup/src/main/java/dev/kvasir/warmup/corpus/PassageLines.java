package dev.kvasir.warmup.corpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kvasir.engine.prompt.Passage;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * A file in UTF-8, perhaps gzipped, whose lines are JSON objects: passages {@code {"id", "title",
 * "text", "collection"}} of which only the text is needed, or questions with their passages under
 * {@code "ctxs"}. Immutable.
 */
record PassageLines(Path file) implements Corpus {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final String QUESTION = "ctxs";
  private static final int GZIP = 0x1f8b;

  @Override
  public Stream<Item> items() {
    try {
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(open(), StandardCharsets.UTF_8));
      return items(
          Stream.generate(() -> next(lines))
              .takeWhile(Optional::isPresent)
              .map(Optional::get)
              .onClose(() -> close(lines)));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** The items of such lines. */
  static Stream<Item> items(Stream<String> lines) {
    AtomicLong number = new AtomicLong();
    return lines.flatMap(line -> items("line " + number.incrementAndGet(), line).stream());
  }

  private InputStream open() throws IOException {
    BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file));
    in.mark(2);
    int first = in.read() << 8 | in.read();
    in.reset();
    return first == GZIP ? new GZIPInputStream(in) : in;
  }

  private Optional<String> next(BufferedReader lines) {
    try {
      return Optional.ofNullable(lines.readLine());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private CorpusException unreadable(IOException e) {
    return new CorpusException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
  }

  private static void close(BufferedReader lines) {
    try {
      lines.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Item> items(String where, String line) {
    if (line.isBlank()) {
      return List.of();
    }
    try {
      JsonNode object = JSON.readTree(line);
      if (!object.path(QUESTION).isArray()) {
        return List.of(item(where, object));
      }
      List<Item> items = new ArrayList<>();
      for (JsonNode passage : object.path(QUESTION)) {
        items.add(item(where + ", passage " + (items.size() + 1), passage));
      }
      return items;
    } catch (JsonProcessingException e) {
      return List.of(new Item.Faulty(where, "not JSON: " + e.getOriginalMessage()));
    }
  }

  private static Item item(String where, JsonNode passage) {
    if (!passage.isObject()) {
      return new Item.Faulty(where, "a passage is a JSON object with a text");
    }
    if (!passage.path("text").isTextual() || passage.path("text").textValue().isBlank()) {
      return new Item.Faulty(where, "a passage needs a text that is a string and not blank");
    }
    return new Item.Usable(
        where,
        new Passage(
            field(passage, "id"),
            field(passage, "title"),
            passage.path("text").textValue(),
            field(passage, "collection")));
  }

  private static Optional<String> field(JsonNode passage, String name) {
    JsonNode value = passage.path(name);
    return value.isValueNode() && !value.isNull() && !value.asText().isBlank()
        ? Optional.of(value.asText())
        : Optional.empty();
  }
}
