package dev.kvasir.cli.node;

import dev.kvasir.config.KvasirConfig;
import java.nio.file.Path;

/**
 * What a process serves, and how.
 *
 * @param model GGUF file, or folder in Hugging Face's layout: the configured one, or the default
 *     model after it was fetched
 */
public record NodeOptions(Path model, KvasirConfig config) {}
