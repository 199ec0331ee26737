package dev.kvasir.cli.node;

import dev.kvasir.config.AdapterChoice;
import dev.kvasir.config.KvasirConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a process serves, and how.
 *
 * @param model GGUF file, or folder in Hugging Face's layout: the configured one, or the default
 *     model after it was fetched
 * @param adapter folder of the adapter that is merged into it
 */
public record NodeOptions(Path model, Optional<Path> adapter, KvasirConfig config) {

  /** A model with the configured adapter, if any. */
  public NodeOptions(Path model, KvasirConfig config) {
    this(model, config.model().adapter().flatMap(AdapterChoice::folder), config);
  }
}
