package dev.kvasir.decode.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.decode.http.read.Fields;
import dev.kvasir.decode.http.read.JsonBody;
import dev.kvasir.decode.http.write.Json;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.CompletableFuture;

/** Answers a request about blocks, off the event loop. A client that leaves stops nothing. */
final class BlocksEndpoint implements Handler<RoutingContext> {
  private final Work work;
  private final Admission admission;
  private final WorkerExecutor workers;

  BlocksEndpoint(Work work, Admission admission, WorkerExecutor workers) {
    this.work = work;
    this.admission = admission;
    this.workers = workers;
  }

  /** Answers one request. */
  @FunctionalInterface
  interface Work {
    /** The bytes of the answer; may block while it starts. */
    CompletableFuture<byte[]> start(Fields request);
  }

  @Override
  public void handle(RoutingContext ctx) {
    Admission.Slot slot = admission.enter();
    Context loop = ctx.vertx().getOrCreateContext();
    workers
        .executeBlocking(() -> work.start(JsonBody.parse(JsonBodyGate.body(ctx))), false)
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
