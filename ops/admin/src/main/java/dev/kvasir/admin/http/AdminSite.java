package dev.kvasir.admin.http;

import dev.kvasir.admin.AdminParts;
import dev.kvasir.admin.rest.Endpoints;
import dev.kvasir.admin.rest.Workers;
import dev.kvasir.http.server.Routes;
import io.vertx.core.WorkerExecutor;
import java.util.function.Consumer;

/** Everything that the admin process serves: the API, the playground and the console. */
public final class AdminSite implements Consumer<Routes> {
  private static final int PLAYGROUND_THREADS = 2;

  private final AdminParts parts;

  public AdminSite(AdminParts parts) {
    this.parts = parts;
  }

  @Override
  public void accept(Routes routes) {
    new AdminApi(Endpoints.of(parts), parts.events()).accept(routes);
    WorkerExecutor executor =
        routes.vertx().createSharedWorkerExecutor("kvasir-playground", PLAYGROUND_THREADS);
    routes
        .post(
            "playground",
            Endpoints.BASE + "/playground/?",
            new Playground(
                new Workers(parts.grid()),
                routes.vertx(),
                executor,
                parts.settings().authorities()))
        .open("console", ConsoleFiles.PATH, new ConsoleFiles());
  }
}
