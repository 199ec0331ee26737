package dev.kvasir.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** A file of JSON objects, one a line, gzipped if its name says so. Owns the open file. */
final class JsonLines implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final BufferedReader lines;

  private JsonLines(BufferedReader lines) {
    this.lines = lines;
  }

  static JsonLines open(Path file) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    return new JsonLines(
        new BufferedReader(
            new InputStreamReader(
                file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes,
                StandardCharsets.UTF_8)));
  }

  /** The next object, or nothing at the end. */
  Optional<JsonNode> next() throws IOException {
    String line = lines.readLine();
    return line == null ? Optional.empty() : Optional.of(MAPPER.readTree(line));
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
