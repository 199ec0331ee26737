package dev.kvasir.decode;

import dev.kvasir.engine.prompt.SegmentedPrompt;

/** A prompt and how to answer it. */
public record GenerationRequest(SegmentedPrompt prompt, AttentionMode mode, Sampling sampling) {}
