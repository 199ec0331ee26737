package dev.kvasir.decode.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.Json;
import dev.kvasir.http.json.JsonBody;
import dev.kvasir.http.server.Replies;
import dev.kvasir.http.server.Request;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Answers a request about blocks, off the event loop. A client that leaves stops nothing. */
final class BlocksEndpoint implements Handler<RoutingContext> {
  private final Function<Planning, Work> work;
  private final GenerateEndpoint.Means means;

  BlocksEndpoint(Function<Planning, Work> work, GenerateEndpoint.Means means) {
    this.work = work;
    this.means = means;
  }

  /** Answers one request. */
  @FunctionalInterface
  interface Work {
    /** The bytes of the answer; may block while it starts. */
    CompletableFuture<byte[]> start(Fields request);
  }

  @Override
  public void handle(RoutingContext ctx) {
    Admission.Slot slot = means.admission().enter();
    Context loop = ctx.vertx().getOrCreateContext();
    means
        .workers()
        .executeBlocking(() -> start(ctx), false)
        .compose(answer -> Future.fromCompletionStage(answer, loop))
        .onComplete(answer -> {
          slot.close();
          if (answer.succeeded()) {
            Replies.bytes(ctx, 200, "application/json", answer.result());
          } else {
            ctx.fail(answer.cause());
          }
        });
  }

  private CompletableFuture<byte[]> start(RoutingContext ctx) {
    Planning planning = means.planning().apply(Request.of(ctx).caller());
    return work.apply(planning).start(JsonBody.parse(Request.body(ctx)));
  }

  /** An OpenAI list with the given model. */
  static ObjectNode list(String model) {
    ObjectNode list = Json.object().put("object", "list").put("model", model);
    list.putArray("data");
    return list;
  }

  static ArrayNode data(ObjectNode list) {
    return list.withArray("data");
  }
}
