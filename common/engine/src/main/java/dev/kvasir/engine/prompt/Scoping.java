package dev.kvasir.engine.prompt;

import dev.kvasir.block.Scope;
import java.util.Set;

/**
 * Which scope a caller's blocks belong to; made by the server from the caller's credential.
 *
 * @param own the caller's tenant
 * @param shared collections that are open to the caller; what a request says of others is only a
 *     label on its own blocks
 */
public record Scoping(Scope.Tenant own, Set<String> shared) {
  public Scoping {
    shared = Set.copyOf(shared);
  }

  /** A caller to whom no shared collection is open. */
  public static Scoping of(String tenant) {
    return new Scoping(new Scope.Tenant(tenant), Set.of());
  }

  /** Where the passage's block is kept. */
  Scope of(Passage passage) {
    return passage.collection().filter(shared::contains).<Scope>map(Scope.Shared::new).orElse(own);
  }
}
