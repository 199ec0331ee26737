package dev.kvasir.cli.api;

import java.time.Duration;

/**
 * An answer and what it cost.
 *
 * @param computedTokens tokens that ran through the model for the prompt
 * @param timeToFirstToken from sending the request to the first text, as the client saw it
 */
public record Answer(
    String text,
    int promptTokens,
    int computedTokens,
    int cachedTokens,
    Duration timeToFirstToken) {}
