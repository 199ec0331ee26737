package dev.kvasir.cli.warmup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.block.Scope;
import dev.kvasir.cli.api.AdminClient;
import dev.kvasir.warmup.corpus.CorpusSpec;
import dev.kvasir.warmup.job.JobRequest;
import java.util.Locale;

/** The jobs as an admin process shows them, which also runs them. Borrows the client. */
public record RestDesk(AdminClient client) implements WarmUpDesk {
  private static final String JOBS = "/warmups";

  @Override
  public JsonNode plan(JobRequest request) {
    return client.post(JOBS + "/plan", body(request));
  }

  @Override
  public JsonNode create(JobRequest request) {
    return client.post(JOBS, body(request));
  }

  @Override
  public JsonNode list() {
    return client.get(JOBS).path("data");
  }

  @Override
  public JsonNode get(String id) {
    return client.get(JOBS + "/" + id);
  }

  @Override
  public JsonNode turn(String id, Turn turn) {
    return client.post("%s/%s/%s".formatted(JOBS, id, turn), object());
  }

  private static ObjectNode body(JobRequest request) {
    ObjectNode body = object().put("prefix", request.prefix().name().toLowerCase(Locale.ROOT));
    switch (Scope.parse(request.scope())) {
      case Scope.Tenant(String name) -> body.put("tenant", name);
      case Scope.Shared(String collection) -> body.put("shared", collection);
      case Scope.Public _ -> {}
    }
    CorpusSpec corpus = request.corpus();
    ObjectNode spec =
        body.putObject("corpus")
            .put("path", corpus.path())
            .put("collection", corpus.collection())
            .put("passage_tokens", corpus.passageTokens())
            .put("limit", corpus.limit());
    CorpusSpec.LuceneFields fields = corpus.fields();
    if (fields != null) {
      spec.putObject("fields")
          .put("text", fields.text())
          .put("title", fields.title())
          .put("id", fields.id());
    }
    return body;
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** The client belongs to whoever opened it. */
  @Override
  public void close() {}
}
