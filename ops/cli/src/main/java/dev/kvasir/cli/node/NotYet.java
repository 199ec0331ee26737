package dev.kvasir.cli.node;

import dev.kvasir.cli.console.UserError;
import dev.kvasir.config.KvasirConfig;

/**
 * Refuses values whose component is not part of this build, so that no key is passed over in
 * silence. A line goes when its component comes.
 */
final class NotYet {
  private NotYet() {}

  static void check(KvasirConfig config) {
    unless(!config.disk().enabled(), "disk.enabled", "remove it");
    unless(config.eviction().budgetBytes().isEmpty(), "eviction.budget_bytes", "remove it");
    unless(config.eviction().ttl().isEmpty(), "eviction.ttl", "remove it");
  }

  private static void unless(boolean usual, String key, String instead) {
    if (!usual) {
      throw new UserError("%s is not part of this build yet: %s".formatted(key, instead));
    }
  }
}
