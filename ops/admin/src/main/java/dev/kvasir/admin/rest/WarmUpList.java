package dev.kvasir.admin.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.admin.AdminParts;
import dev.kvasir.block.Scope;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.json.FieldRules;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.Json;
import dev.kvasir.http.json.JsonValue;
import dev.kvasir.warmup.corpus.CorpusException;
import dev.kvasir.warmup.corpus.CorpusSpec;
import dev.kvasir.warmup.job.Job;
import dev.kvasir.warmup.job.JobBoard;
import dev.kvasir.warmup.job.JobJson;
import dev.kvasir.warmup.job.JobRequest;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /warmups}. */
final class WarmUpList {
  private static final FieldRules FIELDS = FieldRules.of("corpus", "tenant", "shared", "prefix");
  private static final FieldRules CORPUS =
      FieldRules.of("path", "collection", "passage_tokens", "limit", "fields");
  private static final FieldRules SENT = FieldRules.of("passages", "collection");
  private static final FieldRules PASSAGE = FieldRules.of("id", "title", "text", "collection");
  private static final FieldRules STORED = FieldRules.of("text", "title", "id");
  private static final Map<String, PrefixMode> PREFIXES =
      Map.of("sink", PrefixMode.SINK, "none", PrefixMode.NONE);
  private static final int MOST_TOKENS = 100_000;
  private static final int MOST_PASSAGES = 10_000;

  private final AdminParts parts;
  private final JobBoard board;

  WarmUpList(AdminParts parts) {
    this.parts = parts;
    board = parts.warmUps().board();
  }

  Reply list(Call call) {
    call.only();
    ObjectNode answer = Json.object();
    ArrayNode data = answer.putArray("data");
    board.list().forEach(job -> data.add(json(job)));
    return Reply.ok(answer);
  }

  Reply plan(Call call) {
    JobRequest request = request(call);
    return Reply.ok(corpus(() -> JobJson.of(parts.warmUps().plan(request))));
  }

  Reply create(Call call) {
    JobRequest request = request(call);
    ObjectNode job = corpus(() -> json(parts.warmUps().create(request)));
    parts
        .audit()
        .write(call.caller(), "warmups.create", job.path("id").asText(), request.corpus().path());
    return Reply.created(job);
  }

  Reply get(Call call) {
    return Reply.ok(json(known(board.get(call.only().part("id")))));
  }

  Reply pause(Call call) {
    return turn(call, "warmups.pause", () -> board.pause(call.part("id")));
  }

  Reply resume(Call call) {
    return turn(call, "warmups.resume", () -> board.resume(call.part("id")));
  }

  Reply cancel(Call call) {
    return turn(call, "warmups.cancel", () -> board.cancel(call.part("id")));
  }

  private Reply turn(Call call, String action, Supplier<Optional<Job>> turning) {
    FieldRules.of().check(call.only().fields());
    try {
      Job job = known(turning.get());
      parts.audit().write(call.caller(), action, job.id(), job.state().label());
      return Reply.ok(json(job));
    } catch (IllegalStateException e) {
      throw Call.conflict(String.valueOf(e.getMessage()));
    }
  }

  private static Job known(Optional<Job> job) {
    return job.orElseThrow(() -> Call.notFound("there is no warm-up of that id: list them all"));
  }

  private ObjectNode json(Job job) {
    return JobJson.of(job, board.runner(job.id()));
  }

  private static ObjectNode corpus(Supplier<ObjectNode> reading) {
    try {
      return reading.get();
    } catch (CorpusException e) {
      throw ApiException.badField("corpus", String.valueOf(e.getMessage()));
    }
  }

  private JobRequest request(Call call) {
    Fields fields = call.only().fields();
    FIELDS.check(fields);
    try {
      return new JobRequest(
          spec(fields.require("corpus").asObject()),
          scope(fields).text(),
          fields.choice("prefix", PREFIXES).orElse(PrefixMode.SINK),
          call.caller());
    } catch (IllegalArgumentException e) {
      throw ApiException.badField("corpus", String.valueOf(e.getMessage()));
    }
  }

  private static Scope scope(Fields fields) {
    Optional<String> shared = fields.find("shared").map(JsonValue::asText);
    if (shared.isPresent() == fields.find("tenant").isPresent()) {
      throw ApiException.badField("tenant", "send either tenant or shared: whose blocks they are");
    }
    return shared
        .<Scope>map(Scope.Shared::new)
        .orElseGet(() -> new Scope.Tenant(fields.require("tenant").asText()));
  }

  private CorpusSpec spec(Fields corpus) {
    return corpus
        .find("passages")
        .map(passages -> sent(corpus, passages))
        .orElseGet(() -> lying(corpus));
  }

  private CorpusSpec sent(Fields corpus, JsonValue passages) {
    SENT.check(corpus);
    return parts
        .warmUps()
        .receive(
            passages.asFilledList(MOST_PASSAGES).stream().map(WarmUpList::line).toList(),
            corpus.find("collection").map(JsonValue::asFilledText));
  }

  /** A passage, checked, as a corpus of lines has it. */
  private static String line(JsonValue passage) {
    Fields fields = passage.asObject();
    PASSAGE.check(fields);
    ObjectNode line = Json.object().put("text", fields.require("text").asFilledText());
    for (String name : List.of("id", "title", "collection")) {
      fields.find(name).ifPresent(value -> line.put(name, value.asFilledText()));
    }
    return line.toString();
  }

  private CorpusSpec lying(Fields corpus) {
    CORPUS.check(corpus);
    return new CorpusSpec(
        path(corpus.require("path").asFilledText()),
        corpus.find("collection").map(JsonValue::asFilledText).orElse(null),
        corpus
            .find("passage_tokens")
            .map(tokens -> tokens.asInt(16, MOST_TOKENS))
            .orElse(CorpusSpec.USUAL_TOKENS),
        corpus.find("fields").map(value -> stored(value.asObject())).orElse(null),
        corpus.find("limit").map(limit -> limit.asInt(0, Integer.MAX_VALUE)).orElse(0));
  }

  private static CorpusSpec.LuceneFields stored(Fields fields) {
    STORED.check(fields);
    return new CorpusSpec.LuceneFields(
        fields.require("text").asFilledText(), text(fields, "title"), text(fields, "id"));
  }

  private static @Nullable String text(Fields fields, String name) {
    return fields.find(name).map(JsonValue::asFilledText).orElse(null);
  }

  /** Only what lies in the folder of corpora, whatever links lead out of it. */
  private String path(String given) {
    Path folder =
        parts
            .settings()
            .corpora()
            .orElseThrow(() ->
                ApiException.badField(
                    "corpus.path", "this server reads no corpora: set admin.corpora to a folder"));
    try {
      Path real = folder.toRealPath();
      Path path = real.resolve(given).toRealPath();
      if (path.startsWith(real)) {
        return path.toString();
      }
    } catch (IOException | InvalidPathException e) {
      throw missing();
    }
    throw missing();
  }

  private static ApiException missing() {
    return ApiException.badField(
        "corpus.path", "there is nothing at this path in the server's folder of corpora");
  }
}
