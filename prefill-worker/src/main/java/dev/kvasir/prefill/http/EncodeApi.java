package dev.kvasir.prefill.http;

import dev.kvasir.engine.AheadEncoder;
import dev.kvasir.engine.OverloadedException;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.http.access.Access;
import dev.kvasir.http.access.Role;
import dev.kvasir.http.error.ApiError;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.error.Failures;
import dev.kvasir.http.server.Replies;
import dev.kvasir.http.server.Request;
import dev.kvasir.http.server.Routes;
import dev.kvasir.http.server.ServerParts;
import dev.kvasir.prefill.remote.BlockFrames;
import dev.kvasir.prefill.remote.EncodeCall;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Scope;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /internal/v1/encode} of a {@link dev.kvasir.http.server.Server}: an {@link
 * EncodeCall} in, {@link BlockFrames} out, and {@code POST /internal/v1/encode-ahead}, which
 * answers with an outcome once the block is stored. 400 says what is wrong with the call, 409 that
 * this worker has another model, 429 that too many blocks wait.
 *
 * @param model fingerprint of the model that the encoder has
 * @param encoder borrowed
 */
public record EncodeApi(String model, AheadEncoder encoder) implements Consumer<Routes> {
  private static final Logger LOG = LoggerFactory.getLogger(EncodeApi.class);

  /** What a server of this API works with: only processes of the cluster get in. */
  public static ServerParts parts(
      Access access,
      PrometheusMeterRegistry metrics,
      OpenTelemetry traces,
      Supplier<Optional<String>> unready) {
    return new ServerParts(access, Role.CLUSTER, metrics, traces, EncodeApi::foreseen, unready);
  }

  @Override
  public void accept(Routes routes) {
    routes
        .post("encode", "/internal/v1/encode", ctx -> answer(ctx, this::encode))
        .post("encode-ahead", "/internal/v1/encode-ahead", ctx -> answer(ctx, this::encodeAhead));
  }

  private CompletableFuture<byte[]> encode(CacheableBlock block) {
    return encoder.encode(block).thenApply(BlockFrames::of);
  }

  private CompletableFuture<byte[]> encodeAhead(CacheableBlock block) {
    return encoder
        .encodeAhead(block)
        .thenApply(outcome -> outcome.name().getBytes(StandardCharsets.US_ASCII));
  }

  private void answer(
      RoutingContext ctx, Function<CacheableBlock, CompletableFuture<byte[]>> encoding) {
    CacheableBlock block = read(ctx);
    try (Scope _ = Request.of(ctx).trace().makeCurrent()) {
      var _ =
          Future.fromCompletionStage(encoding.apply(block), ctx.vertx().getOrCreateContext())
              .onSuccess(bytes -> Replies.bytes(ctx, 200, "application/octet-stream", bytes))
              .onFailure(failure -> fail(ctx, block, failure));
    }
  }

  private CacheableBlock read(RoutingContext ctx) {
    CacheableBlock block;
    try {
      block = EncodeCall.parse(Request.body(ctx));
    } catch (IllegalArgumentException e) {
      throw ApiException.badJson(String.valueOf(e.getMessage()));
    }
    if (!block.identity().modelFingerprint().equals(model)) {
      throw new ApiException(
          ApiError.invalid(409, "other_model", "this worker has model " + model));
    }
    return block;
  }

  private static void fail(RoutingContext ctx, CacheableBlock block, Throwable failure) {
    if (foreseen(Failures.cause(failure)).isEmpty()) {
      LOG.warn("block={} could not be encoded for another process", block.key(), failure);
      ctx.fail(
          new ApiException(
              ApiError.server(
                  503,
                  "encoder_unavailable",
                  "the block could not be encoded: the worker's log says why")));
    } else {
      ctx.fail(failure);
    }
  }

  private static Optional<ApiError> foreseen(Throwable cause) {
    return cause instanceof OverloadedException
        ? Optional.of(ApiException.overloaded().error())
        : Optional.empty();
  }
}
