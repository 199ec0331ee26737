package dev.kvasir.cli.node;

import dev.kvasir.cli.console.UserError;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.config.ModelConfig;

/**
 * Refuses values whose component is not part of this build, so that no key is passed over in
 * silence. A line goes when its component comes.
 */
final class NotYet {
  private NotYet() {}

  static void check(KvasirConfig config) {
    unless(
        config.model().kvElementType() == ModelConfig.KvElementType.FLOAT16,
        "model.kv_element_type: " + config.model().kvElementType(),
        "use float16");
  }

  private static void unless(boolean usual, String key, String instead) {
    if (!usual) {
      throw refusal(key, instead);
    }
  }

  static UserError refusal(String key, String instead) {
    return new UserError("%s is not part of this build yet: %s".formatted(key, instead));
  }
}
