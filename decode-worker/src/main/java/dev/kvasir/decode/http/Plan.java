package dev.kvasir.decode.http;

import dev.kvasir.decode.GenerationRequest;
import dev.kvasir.decode.http.write.AnswerFormat;
import dev.kvasir.decode.http.write.StreamFormat;
import dev.kvasir.http.json.Fields;

/** What to generate and how to send it. */
record Plan(GenerationRequest request, Delivery delivery) {

  /** How an answer is sent. */
  sealed interface Delivery {
    /** As one JSON object. */
    record Whole(AnswerFormat format) implements Delivery {}

    /** As server-sent events. */
    record Stream(StreamFormat format) implements Delivery {}
  }

  /** Makes the plan of a request; runs off the event loop. */
  @FunctionalInterface
  interface Maker {
    /**
     * The plan of one request.
     *
     * @param answerId unique among all requests
     * @throws RuntimeException any that {@code Failures} knows
     */
    Plan plan(Fields request, String answerId);
  }
}
