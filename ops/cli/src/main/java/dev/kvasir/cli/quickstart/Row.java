package dev.kvasir.cli.quickstart;

import dev.kvasir.cli.api.Answer;

/**
 * One question, asked one way.
 *
 * @param question index of the question
 * @param right whether the answer holds the known fact
 */
public record Row(int question, Mode mode, Answer answer, boolean right) {

  /** Time to first token in milliseconds. */
  double millis() {
    return answer.timeToFirstToken().toNanos() / 1e6;
  }
}
