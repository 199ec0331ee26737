package dev.kvasir.http.error;

import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Turns the failures that reach the HTTP layer into what clients see of them. */
@FunctionalInterface
public interface Failures {
  /** The error of a failure that a server foresees, out of its wrappers; empty for any other. */
  Optional<ApiError> foreseen(Throwable cause);

  /** The error of a failure; only unforeseen ones have status 500. */
  default ApiError of(Throwable failure) {
    Throwable cause = cause(failure);
    return cause instanceof ApiException known
        ? known.error()
        : foreseen(cause)
            .orElseGet(() ->
                ApiError.server(
                    500,
                    "internal_error",
                    "the server failed on this request: tell its operator the x-request-id"));
  }

  /** Failures of a server that foresees none but {@link ApiException}. */
  static Failures none() {
    return _ -> Optional.empty();
  }

  /** The failure itself, out of the wrappers that futures put around it. */
  static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
