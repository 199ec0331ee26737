package dev.kvasir.cli;

import dev.kvasir.block.ElementType;
import dev.kvasir.cli.console.ByteSize;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.cli.node.NodeOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that starts a node. */
final class NodeFlags {
  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = {
        "GGUF file to serve, or folder with config.json and safetensors;",
        "by default SmolLM2-135M-Instruct, fetched if needed."
      })
  private @Nullable Path model;

  @Option(
      names = "--adapter",
      paramLabel = "FOLDER",
      description = "LoRA adapter in PEFT's layout, merged into the model when it is loaded.")
  private @Nullable Path adapter;

  @Option(
      names = "--threads",
      description = "Threads that compute (default: one for each processor).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--cache-bytes",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description = "Native memory of the local block cache, such as 512MiB (default: 1GiB).")
  private long cacheBytes = 1L << 30;

  @Option(
      names = "--grid",
      description = "Where blocks are shared: ${COMPLETION-CANDIDATES} (default: ignite).")
  private NodeOptions.Grid grid = NodeOptions.Grid.IGNITE;

  @Option(
      names = "--kv",
      paramLabel = "TYPE",
      description = {
        "Element type of blocks, float16 or int8 (default: float16). int8 takes half of the grid,",
        "of the wire and of the local cache, and moves the answers a little."
      })
  private ElementType kv = ElementType.FLOAT16;

  /** The checked options; fetches the default model if it is wanted and missing. */
  NodeOptions options() {
    if (threads < 1) {
      throw new UserError("--threads must be at least 1");
    }
    if (model != null && !Files.isReadable(model)) {
      throw new UserError("there is no readable file %s: check --model".formatted(model));
    }
    if (adapter != null && !Files.isDirectory(adapter)) {
      throw new UserError("there is no folder %s: check --adapter".formatted(adapter));
    }
    return new NodeOptions(
        model == null ? FetchModelCommand.fetch() : model,
        Optional.ofNullable(adapter),
        threads,
        cacheBytes,
        grid,
        kv);
  }
}
