package dev.kvasir.config;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Who sees whose blocks. */
public record ScopesConfig(
    @About("tenant of callers that show no credential; 1 to 64 of [a-z0-9._-]")
        String unauthenticatedTenant,
    @About(
            "collections that several tenants see: a list of {collection: NAME, tenants: [NAME, ...]}")
        List<SharedCollection> shared) {

  /**
   * A collection whose blocks several tenants share.
   *
   * @param collection 1 to 64 of {@code [a-z0-9._-]}
   * @param tenants at least one, named likewise
   */
  public record SharedCollection(String collection, List<String> tenants) {
    public SharedCollection {
      tenants = List.copyOf(tenants);
      Require.name("collection", collection);
      Require.that(!tenants.isEmpty(), "tenants", "must name at least one tenant");
      tenants.forEach(tenant -> Require.name("tenants", tenant));
    }
  }

  public ScopesConfig {
    shared = List.copyOf(shared);
    Require.name("unauthenticated_tenant", unauthenticatedTenant);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < shared.size(); i++) {
      String name = shared.get(i).collection();
      Require.that(
          seen.add(name),
          "shared[%d]".formatted(i),
          "names the collection '%s' again: keep one entry for each".formatted(name));
    }
  }

  public static ScopesConfig defaults() {
    return new ScopesConfig("default", List.of());
  }
}
