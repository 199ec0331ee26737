package dev.kvasir.admin;

import dev.kvasir.block.Scope;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.warmup.job.Answers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How many bytes the blocks of a scope may have, in a shared map. Methods block. Thread-safe. */
public final class Quotas {
  private static final String MAP = "kvasir-quotas";

  private final SharedMap map;

  public Quotas(Grid grid) {
    map = grid.map(MAP);
  }

  /** Bytes by the text of the scope; who has none is not limited. */
  public Map<String, Long> all() {
    Map<String, Long> quotas = new HashMap<>();
    Answers.await(map.entries())
        .forEach((scope, bytes) -> quotas.put(scope, Long.parseLong(bytes)));
    return quotas;
  }

  /** Limits a scope. */
  public void set(Scope scope, long bytes) {
    String next = Long.toString(bytes);
    boolean done = false;
    while (!done) {
      String known = Answers.await(map.getAll(List.of(scope.text()))).get(scope.text());
      done =
          known == null
              ? Answers.await(map.putIfAbsent(scope.text(), next, SharedMap.FOREVER)).isEmpty()
              : Answers.await(map.replace(scope.text(), known, next, SharedMap.FOREVER));
    }
  }

  /** Takes the limit away; false if there was none. */
  public boolean clear(Scope scope) {
    String known = Answers.await(map.getAll(List.of(scope.text()))).get(scope.text());
    return known != null && Answers.await(map.remove(scope.text(), known));
  }
}
