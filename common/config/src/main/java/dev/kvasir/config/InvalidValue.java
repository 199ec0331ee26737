package dev.kvasir.config;

/** A record refuses the value of one of its keys; whoever reads the record knows the place. */
final class InvalidValue extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String key;

  /**
   * A refusal.
   *
   * @param key path of the key below the record
   * @param rule how the value must be, such as "must be at least 1, not 0"
   */
  InvalidValue(String key, String rule) {
    super(rule);
    this.key = key;
  }

  String key() {
    return key;
  }

  @Override
  public String getMessage() {
    return key + " " + rule();
  }

  String rule() {
    return String.valueOf(super.getMessage());
  }
}
