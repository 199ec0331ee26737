package dev.kvasir.decode.http;

import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.decode.PromptTooLongException;
import dev.kvasir.engine.OverloadedException;
import dev.kvasir.http.error.ApiError;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.error.Failures;
import dev.kvasir.store.StoreException;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/** What clients see of the failures of generators, encoders and stores. */
final class DecodeFailures implements Failures {
  static final Failures ALL = new DecodeFailures();

  private DecodeFailures() {}

  @Override
  public Optional<ApiError> foreseen(Throwable cause) {
    return Optional.ofNullable(
        switch (cause) {
          case PromptTooLongException tooLong ->
              ApiError.invalid(
                  400, "context_length_exceeded", String.valueOf(tooLong.getMessage()));
          case OverloadedException _, RejectedExecutionException _ ->
              ApiException.overloaded().error();
          case StoreException _, DamagedBlockException _ ->
              ApiError.server(
                  503,
                  "store_unavailable",
                  "the block store does not answer: try again in a moment");
          default -> null;
        });
  }
}
