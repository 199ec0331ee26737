package dev.kvasir.decode.http;

import dev.kvasir.http.access.Access;
import dev.kvasir.http.access.Caller;
import dev.kvasir.http.access.Role;
import dev.kvasir.http.server.Routes;
import dev.kvasir.http.server.ServerParts;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.DeadlineStore;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.vertx.core.WorkerExecutor;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The OpenAI-compatible HTTP API (ops/docs/http-api.md) of a {@link dev.kvasir.http.server.Server}.
 * Borrows the services.
 */
public record Api(ApiSettings settings, ApiServices services) implements Consumer<Routes> {

  /** What a server of this API works with. */
  public static ServerParts parts(
      Access access,
      PrometheusMeterRegistry metrics,
      OpenTelemetry traces,
      Supplier<Optional<String>> unready) {
    return new ServerParts(access, Role.DATA, metrics, traces, DecodeFailures.ALL, unready);
  }

  @Override
  public void accept(Routes routes) {
    WorkerExecutor workers =
        routes
            .vertx()
            .createSharedWorkerExecutor("kvasir-http", Runtime.getRuntime().availableProcessors());
    BlockStore store = new DeadlineStore(services.store(), settings.timeouts().store());
    Models models = new Models(services, Instant.now().getEpochSecond());
    GenerateEndpoint.Means means =
        new GenerateEndpoint.Means(
            this::planning,
            services.generator(),
            new Admission(settings.limits().requests()),
            workers,
            new Answers(services.model().name(), routes.metrics(), routes.tracer()),
            settings.timeouts().stalledReader());
    routes
        .post("chat", "/v1/chat/completions/?", new GenerateEndpoint("chat", ChatPlan::new, means))
        .post(
            "completions",
            "/v1/completions/?",
            new GenerateEndpoint("text_completion", CompletionPlan::new, means))
        .post(
            "block-generate",
            "/v1/block-generate/?",
            new GenerateEndpoint("block_generate", BlockGeneratePlan::new, means))
        .post(
            "blocks:encode",
            "/v1/blocks(?::|%3[Aa])encode/?",
            new BlocksEndpoint(planning -> new EncodeWork(planning, services.encoder()), means))
        .post(
            "blocks:lookup",
            "/v1/blocks(?::|%3[Aa])lookup/?",
            new BlocksEndpoint(planning -> new LookupWork(planning, store), means))
        .get("models", "/v1/models/?", models::list)
        .get("model", "/v1/models/(?<id>.+)", models::single);
  }

  private Planning planning(Caller caller) {
    return new Planning(
        services.layouts().apply(caller.tenant()),
        services.model(),
        services.blocks(),
        settings,
        caller);
  }
}
