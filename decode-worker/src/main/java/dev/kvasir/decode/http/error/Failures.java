package dev.kvasir.decode.http.error;

import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.decode.PromptTooLongException;
import dev.kvasir.engine.OverloadedException;
import dev.kvasir.store.StoreException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;

/** What clients see of the failures that reach the HTTP layer. */
public final class Failures {
  private Failures() {}

  /** The error of a failure; only unforeseen ones have status 500. */
  public static ApiError of(Throwable failure) {
    return switch (cause(failure)) {
      case ApiException known -> known.error();
      case PromptTooLongException tooLong ->
          ApiError.invalid(400, "context_length_exceeded", String.valueOf(tooLong.getMessage()));
      case OverloadedException _, RejectedExecutionException _ -> ApiException.overloaded().error();
      case StoreException _, DamagedBlockException _ ->
          ApiError.server(
              503, "store_unavailable", "the block store does not answer: try again in a moment");
      default ->
          ApiError.server(
              500,
              "internal_error",
              "the server failed on this request: tell its operator the x-request-id");
    };
  }

  /** The failure itself, out of the wrappers that futures put around it. */
  public static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
