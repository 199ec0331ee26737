package dev.kvasir.bench;

import dev.kvasir.decode.BlockGenerator;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.prompt.PromptLayout;

/** What is measured; all of it borrowed, and idle but for the benchmark. */
public record BenchTarget(
    Engine engine, BlockGenerator generator, PromptLayout layout, BlockCaches caches) {}
