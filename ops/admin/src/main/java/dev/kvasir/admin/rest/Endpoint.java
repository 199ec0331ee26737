package dev.kvasir.admin.rest;

import java.util.regex.Pattern;

/**
 * A path of the API with a method.
 *
 * @param path template such as {@code /admin/v1/blocks/{hash}}
 * @param name for metrics and logs
 * @param isLong whether an answer may take minutes
 */
public record Endpoint(Method method, String path, String name, boolean isLong, Action action) {
  private static final Pattern PART = Pattern.compile("\\{([a-z]+)}");

  /** What HTTP calls it. */
  public enum Method {
    GET,
    POST,
    PUT,
    DELETE
  }

  /** Answers a call; may block. */
  @FunctionalInterface
  public interface Action {
    Reply answer(Call call);
  }

  /** The path as a regular expression with a group for each named part. */
  public String regex() {
    return PART.matcher(path).replaceAll("(?<$1>[^/]+)") + "/?";
  }
}
