package dev.kvasir.cli.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.bench.eval.EvalMode;
import dev.kvasir.bench.eval.EvalOutcome;
import dev.kvasir.bench.eval.EvalQuestion;
import dev.kvasir.bench.eval.Evaluation;
import dev.kvasir.bench.eval.Examiner;
import dev.kvasir.bench.eval.Marks;
import dev.kvasir.block.ElementType;
import dev.kvasir.cli.api.ApiClient;
import dev.kvasir.cli.api.Json;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.engine.repair.Repair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Asks a decode worker, one question at a time. A worker that is too busy is left alone for a
 * moment and asked again, so that those who use it come first. Its logits are not known. Borrows
 * the client.
 */
public final class HttpExaminer implements Examiner {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final ApiClient client;
  private final String fingerprint;

  /**
   * An examiner of one worker.
   *
   * @param fingerprint of the model that it serves
   */
  public HttpExaminer(ApiClient client, String fingerprint) {
    this.client = client;
    this.fingerprint = fingerprint;
  }

  /**
   * Refuses what no request can ask for.
   *
   * @throws UserError with what to do
   */
  public static void requireExpressible(EvalMode mode) {
    if (!mode.moved() || mode.kv() == ElementType.INT8) {
      throw new UserError(
          "a server cannot be asked for %s: leave --url out to evaluate it in this process"
              .formatted(mode.label()));
    }
  }

  @Override
  public void ask(EvalQuestion question, List<EvalMode> modes, Consumer<EvalOutcome> done) {
    modes.forEach(mode -> done.accept(ask(question, mode)));
  }

  private EvalOutcome ask(EvalQuestion question, EvalMode mode) {
    JsonNode answer = answer(request(question, mode));
    String text = answer.at("/choices/0/message/content").asText().strip();
    int tokens = answer.at("/usage/prompt_tokens").asInt();
    JsonNode cache = answer.path("block_cache");
    double computed = cache.path("computed_tokens").asInt() - encodedTokens(cache);
    return new EvalOutcome(
        fingerprint,
        question.text(),
        question.occurrence(),
        mode.label(),
        tokens,
        computed / tokens,
        text,
        Marks.of(text, question.asked().answers()),
        null,
        null,
        null,
        cache.path("ttft_ms").asDouble());
  }

  private JsonNode answer(ObjectNode request) {
    Optional<JsonNode> answer = client.chat(request);
    while (answer.isEmpty()) {
      pause();
      answer = client.chat(request);
    }
    return answer.get();
  }

  private static void pause() {
    try {
      Thread.sleep(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("interrupted: what is done is in the file", e);
    }
  }

  /** Of blocks that were not there yet. */
  private static int encodedTokens(JsonNode cache) {
    int tokens = 0;
    for (JsonNode block : cache.path("blocks")) {
      if (block.path("source").asText().equals("encoded")) {
        tokens += block.path("tokens").asInt();
      }
    }
    return tokens;
  }

  private static ObjectNode request(EvalQuestion question, EvalMode mode) {
    ObjectNode body =
        Json.object().put("temperature", 0).put("max_tokens", Evaluation.ANSWER_TOKENS);
    body.putArray("messages").addObject().put("role", "user").put("content", question.text());
    ArrayNode documents = body.putArray("documents");
    for (Passage passage : question.passages(mode)) {
      documents.addObject().put("title", passage.title().orElse(null)).put("text", passage.text());
    }
    ObjectNode attention = body.putObject("block_attention");
    if (mode.reads() != EvalMode.Reads.BLOCKS) {
      attention.put("mode", "full");
      return body;
    }
    attention.put("mode", "block");
    attention.put("prefix", mode.prefix() == PrefixMode.SINK ? "sink" : "none");
    switch (mode.repair()) {
      case Repair.None _ -> {}
      case Repair.Edge _, Repair.Blend _ -> attention.put("repair", mode.repair().label());
      case Repair.Ape ape ->
          attention
              .putObject("ape")
              .put("temperature", ape.temperature())
              .put("scale", ape.scale());
    }
    return body;
  }

  @Override
  public void close() {}
}
