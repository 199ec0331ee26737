package dev.kvasir.store.grid;

import java.util.Map;

/**
 * A process in the grid.
 *
 * @param id its configured name, unique in the grid and kept over restarts
 * @param attributes what it told when it joined, such as its role and where it listens
 */
public record Member(String id, Map<String, String> attributes) {
  public Member {
    attributes = Map.copyOf(attributes);
  }
}
