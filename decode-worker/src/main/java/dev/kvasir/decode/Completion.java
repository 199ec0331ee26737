package dev.kvasir.decode;

import java.time.Duration;

/** A finished answer. */
public record Completion(
    String text, int completionTokens, FinishReason reason, Duration timeToFirstToken) {
  /** Why the answer ended. */
  public enum FinishReason {
    STOP,
    LENGTH,
    CANCELLED
  }
}
