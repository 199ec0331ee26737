package dev.kvasir.http.error;

import org.jspecify.annotations.Nullable;

/** Ends a request with an error that is meant for the client; its message is safe to show. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ApiError error;

  public ApiException(ApiError error) {
    super(error.message(), null, false, false);
    this.error = error;
  }

  public ApiError error() {
    return error;
  }

  /** A field has a wrong type, a wrong value or is missing. */
  public static ApiException badField(String param, String message) {
    return badRequest("invalid_value", param, message);
  }

  /** The request asks for something that this server does not do. */
  public static ApiException unsupported(String param, String message) {
    return badRequest("unsupported_parameter", param, message);
  }

  /** The body is not a JSON object. */
  public static ApiException badJson(String message) {
    return badRequest("invalid_json", null, message);
  }

  public static ApiException badRequest(String code, @Nullable String param, String message) {
    return new ApiException(new ApiError(400, ApiError.Type.INVALID_REQUEST, code, param, message));
  }

  public static ApiException modelNotFound(String asked, String served) {
    return new ApiException(
        new ApiError(
            404,
            ApiError.Type.INVALID_REQUEST,
            "model_not_found",
            "model",
            "the model \"%s\" is not served here: ask for \"%s\"".formatted(asked, served)));
  }

  /** Prompt and answer are longer than the model's context. */
  public static ApiException contextLengthExceeded(String param, String message) {
    return badRequest("context_length_exceeded", param, message);
  }

  public static ApiException overloaded() {
    return new ApiException(
        new ApiError(
            429,
            ApiError.Type.RATE_LIMIT,
            "overloaded",
            null,
            "the server is answering as many requests as it can: try again in a moment"));
  }
}
