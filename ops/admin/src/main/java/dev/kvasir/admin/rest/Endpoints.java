package dev.kvasir.admin.rest;

import dev.kvasir.admin.AdminParts;
import dev.kvasir.admin.rest.Endpoint.Action;
import dev.kvasir.admin.rest.Endpoint.Method;
import java.util.List;

/** Everything that is answered once; events, which go on, are not here. */
public final class Endpoints {
  public static final String BASE = "/admin/v1";

  private Endpoints() {}

  /** The table. */
  public static List<Endpoint> of(AdminParts parts) {
    Nodes nodes = new Nodes(parts);
    Blocks blocks = new Blocks(parts);
    PinList pins = new PinList(parts);
    WarmUpList warmUps = new WarmUpList(parts);
    DeletionList deletions = new DeletionList(parts);
    Tenants tenants = new Tenants(parts);
    Operations operations = new Operations(parts);
    return List.of(
        endpoint(Method.GET, "/overview", "overview", new Overview(parts, nodes)::show),
        endpoint(Method.GET, "/nodes", "nodes.list", nodes::list),
        endpoint(Method.GET, "/guards", "guards.list", new Guards(parts, nodes)::list),
        endpoint(Method.GET, "/blocks", "blocks.list", blocks::list),
        endpoint(Method.GET, "/blocks/{hash}", "blocks.get", blocks::get),
        endpoint(Method.DELETE, "/blocks/{hash}", "blocks.delete", blocks::delete),
        endpoint(Method.GET, "/pins", "pins.list", pins::list),
        endpoint(Method.POST, "/pins", "pins.create", pins::create),
        endpoint(Method.DELETE, "/pins/{hash}/{owner}", "pins.delete", pins::delete),
        endpoint(Method.GET, "/warmups", "warmups.list", warmUps::list),
        lengthy(Method.POST, "/warmups", "warmups.create", warmUps::create),
        lengthy(Method.POST, "/warmups/plan", "warmups.plan", warmUps::plan),
        endpoint(Method.GET, "/warmups/{id}", "warmups.get", warmUps::get),
        endpoint(Method.POST, "/warmups/{id}/pause", "warmups.pause", warmUps::pause),
        endpoint(Method.POST, "/warmups/{id}/resume", "warmups.resume", warmUps::resume),
        endpoint(Method.POST, "/warmups/{id}/cancel", "warmups.cancel", warmUps::cancel),
        endpoint(Method.POST, "/deletions", "deletions.create", deletions::create),
        endpoint(Method.GET, "/tenants", "tenants.list", tenants::list),
        endpoint(Method.PUT, "/tenants/{tenant}/quota", "quotas.set", tenants::setQuota),
        endpoint(Method.DELETE, "/tenants/{tenant}/quota", "quotas.clear", tenants::clearQuota),
        endpoint(Method.GET, "/audit", "audit.list", operations::audit),
        endpoint(Method.GET, "/loggers", "loggers.list", operations::loggers),
        endpoint(Method.PUT, "/loggers/{name}", "loggers.set", operations::setLogger),
        endpoint(Method.GET, "/configuration", "configuration", operations::configuration),
        endpoint(Method.GET, "/openapi.json", "openapi", operations::openapi));
  }

  private static Endpoint endpoint(Method method, String path, String name, Action action) {
    return new Endpoint(method, BASE + path, name, false, action);
  }

  private static Endpoint lengthy(Method method, String path, String name, Action action) {
    return new Endpoint(method, BASE + path, name, true, action);
  }
}
