package dev.kvasir.config;

/**
 * The configuration cannot be used. The message is one sentence: where the value was written, its
 * key, what is wrong and what to write instead.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConfigException(String place, String problem) {
    super(place + ": " + problem);
  }
}
