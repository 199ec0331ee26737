package dev.kvasir.store.grid.join;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * How a process takes part in a grid.
 *
 * @param attributes what other members can read about this one
 * @param joinDeadline a client that finds no member for so long does not start; a member without
 *     others starts a grid of its own instead
 */
public record Membership(
    GridRole role, Discovery discovery, Map<String, String> attributes, Duration joinDeadline) {
  public Membership {
    attributes = Map.copyOf(attributes);
    if (!joinDeadline.isPositive()) {
      throw new IllegalArgumentException(
          "join-deadline must be positive: \"%s\"".formatted(joinDeadline));
    }
    if (role != GridRole.MEMBER && discovery instanceof Discovery.Static s && s.seeds().isEmpty()) {
      throw new IllegalArgumentException(
          "seeds must name a member of the grid, since a role of %s holds no blocks itself"
              .formatted(role.name().toLowerCase(Locale.ROOT)));
    }
  }

  /** A process that holds blocks and waits for no other. */
  public static Membership alone() {
    return member(Discovery.Static.of());
  }

  /** A process that holds blocks. */
  public static Membership member(Discovery discovery) {
    return of(GridRole.MEMBER, discovery);
  }

  /** A process in that role, without attributes. */
  public static Membership of(GridRole role, Discovery discovery) {
    return new Membership(role, discovery, Map.of(), Duration.ofSeconds(30));
  }
}
