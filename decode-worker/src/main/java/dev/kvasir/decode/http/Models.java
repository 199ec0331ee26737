package dev.kvasir.decode.http;

import dev.kvasir.decode.http.write.ModelObject;
import dev.kvasir.engine.ModelInfo;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.server.Replies;
import io.vertx.ext.web.RoutingContext;

/** Tells which model is served. */
final class Models {
  private final ModelInfo info;
  private final ModelObject model;

  /**
   * The one model.
   *
   * @param started seconds since 1970
   */
  Models(ApiServices services, long started) {
    this.info = services.model();
    this.model = new ModelObject(info, started, services.blocks());
  }

  void list(RoutingContext ctx) {
    Replies.json(ctx, 200, model.list());
  }

  void single(RoutingContext ctx) {
    String asked = String.valueOf(ctx.pathParam("id"));
    if (!asked.equals(info.name())) {
      throw ApiException.modelNotFound(asked, info.name());
    }
    Replies.json(ctx, 200, model.single());
  }
}
