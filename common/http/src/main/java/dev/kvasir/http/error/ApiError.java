package dev.kvasir.http.error;

import org.jspecify.annotations.Nullable;

/**
 * An error as a client sees it.
 *
 * @param status HTTP status
 * @param code machine-readable reason, if there is a finer one than the type
 * @param param path of the field at fault, if one is
 * @param message one sentence that says what to do
 */
public record ApiError(
    int status, Type type, @Nullable String code, @Nullable String param, String message) {

  /** OpenAI's classes of errors. */
  public enum Type {
    INVALID_REQUEST("invalid_request_error"),
    RATE_LIMIT("rate_limit_error"),
    SERVER("server_error");

    private final String wireName;

    Type(String wireName) {
      this.wireName = wireName;
    }

    public String wireName() {
      return wireName;
    }
  }

  /** The request is at fault. */
  public static ApiError invalid(int status, @Nullable String code, String message) {
    return new ApiError(status, Type.INVALID_REQUEST, code, null, message);
  }

  /** The server, or something behind it, is at fault. */
  public static ApiError server(int status, String code, String message) {
    return new ApiError(status, Type.SERVER, code, null, message);
  }
}
