package dev.kvasir.bench.rival;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.bench.BenchException;
import dev.kvasir.block.TokenIds;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * llama.cpp in a Python process of its own, spoken to in JSON lines. Owns the process. Not
 * thread-safe. Everything throws {@link BenchException} where llama.cpp fails.
 */
public final class LlamaDriver implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int PATIENCE_SECONDS = 10;

  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;

  /**
   * What a timed request gave.
   *
   * @param tokens ids that llama.cpp chose, in its order
   */
  public record Timed(double seconds, List<Integer> tokens) {
    public Timed {
      tokens = List.copyOf(tokens);
    }
  }

  /** What was built. */
  public record Build(String version, String library, String system) {}

  private LlamaDriver(Process process) {
    this.process = process;
    requests = process.outputWriter(StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts the home's driver. */
  public static LlamaDriver start(RivalHome home) {
    return start(home.python(), home.script("llama_driver.py"));
  }

  static LlamaDriver start(Path python, Path script) {
    try {
      return new LlamaDriver(
          new ProcessBuilder(python.toString(), script.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      throw new BenchException(python + " does not start: run ./kvasir bench rivals --setup");
    }
  }

  public Build build() {
    JsonNode answer = ask(request("hello"));
    return new Build(
        answer.path("version").asText(),
        answer.path("library").asText(),
        answer.path("system").asText());
  }

  /** Reads the sequences side by side from nothing; tokens: the largest logit of each. */
  public Timed prefill(LlamaSetting setting, List<TokenIds> sequences) {
    return timed("prefill", setting, sequences, 0);
  }

  /** Reads the tail behind a prefix whose KV is there already. */
  public Timed hit(LlamaSetting setting, TokenIds prefix, TokenIds tail) {
    return timed("hit", setting, List.of(prefix, tail), 0);
  }

  /** Greedy steps behind prompts whose KV is there already; tokens: step by step. */
  public Timed decode(LlamaSetting setting, List<TokenIds> prompts, int steps) {
    return timed("decode", setting, prompts, steps);
  }

  /** Frees the setting's context. */
  public void close(LlamaSetting setting) {
    ObjectNode request = request("close");
    request.set("setting", setting.json());
    ask(request);
  }

  /** Largest resident size of the driver's process. */
  public long peakRssBytes() {
    return ask(request("rss")).path("bytes").asLong();
  }

  private static ObjectNode request(String operation) {
    return MAPPER.createObjectNode().put("op", operation);
  }

  private Timed timed(String operation, LlamaSetting setting, List<TokenIds> sequences, int count) {
    ObjectNode request = request(operation).put("count", count);
    request.set("setting", setting.json());
    ArrayNode lists = request.putArray("sequences");
    for (TokenIds sequence : sequences) {
      ArrayNode ids = lists.addArray();
      for (int i = 0; i < sequence.size(); i++) {
        ids.add(sequence.at(i));
      }
    }
    JsonNode answer = ask(request);
    List<Integer> tokens = new ArrayList<>();
    answer.path("tokens").forEach(token -> tokens.add(token.asInt()));
    return new Timed(answer.path("seconds").asDouble(), tokens);
  }

  private JsonNode ask(JsonNode request) {
    JsonNode answer = parsed(exchange(request.toString()));
    if (answer.has("error")) {
      throw new BenchException("llama.cpp: " + answer.path("error").asText());
    }
    return answer;
  }

  private static JsonNode parsed(String line) {
    try {
      return MAPPER.readTree(line);
    } catch (IOException e) {
      throw new BenchException("llama.cpp's driver answered no JSON: " + line);
    }
  }

  /** Sends a line and waits for the answer's. */
  String exchange(String line) {
    try {
      requests.write(line);
      requests.newLine();
      requests.flush();
      String answer = answers.readLine();
      if (answer != null) {
        return answer;
      }
    } catch (IOException e) {
      // the process has ended, as below
    }
    throw new BenchException("llama.cpp's process has ended: it may have crashed");
  }

  @Override
  public void close() {
    try {
      requests.close();
    } catch (IOException e) {
      // the process has ended already
    }
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
