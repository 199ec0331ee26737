package dev.kvasir.cli;

import dev.kvasir.cli.console.ByteSize;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.cli.model.PackagedModel;
import dev.kvasir.cli.node.NodeOptions;
import dev.kvasir.config.Bytes;
import dev.kvasir.config.ConfigSource.Flag;
import dev.kvasir.config.Effective;
import dev.kvasir.config.GridConfig;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.config.ModelConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that starts a node; each is a key of the configuration. */
final class NodeFlags {
  @Mixin private ConfigFlags config = new ConfigFlags();

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = {
        "GGUF file to serve, or folder with config.json and safetensors (model.path);",
        "by default SmolLM2-135M-Instruct, fetched if needed."
      })
  private @Nullable Path model;

  @Option(
      names = "--adapter",
      paramLabel = "FOLDER",
      description = {
        "LoRA adapter in PEFT's layout, merged into the model, or none (model.adapter);",
        "by default none, but for the default model the one trained for blocks."
      })
  private @Nullable String adapter;

  @Option(
      names = "--threads",
      description = "Threads that compute (model.threads, one for each processor).")
  private @Nullable Integer threads;

  @Option(
      names = "--cache-bytes",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description = "Native memory of the local block cache (cache.bytes, 1GiB).")
  private @Nullable Bytes cacheBytes;

  @Option(
      names = "--grid",
      description = "Where blocks are shared: ${COMPLETION-CANDIDATES} (grid.kind, ignite).")
  private GridConfig.@Nullable Kind grid;

  @Option(
      names = "--kv",
      paramLabel = "TYPE",
      description = {
        "Element type of blocks: ${COMPLETION-CANDIDATES} (model.kv_element_type, float16).",
        "int8 takes half of the grid, of the wire and of the local cache, and moves answers a little."
      })
  private ModelConfig.@Nullable KvElementType kv;

  /** The configuration with these flags, and then those, over everything else. */
  Effective<KvasirConfig> read(Stream<Flag> more) {
    Stream<Flag> own =
        Stream.of(
                ConfigFlags.named("--model", "model.path", model),
                ConfigFlags.named("--adapter", "model.adapter", adapter),
                ConfigFlags.named("--threads", "model.threads", threads),
                ConfigFlags.named("--cache-bytes", "cache.bytes", cacheBytes),
                ConfigFlags.named("--grid", "grid.kind", grid),
                ConfigFlags.named("--kv", "model.kv_element_type", kv))
            .flatMap(given -> given);
    return config.read(Stream.concat(own, more));
  }

  /** What to start; fetches the default model if it is wanted and missing. */
  static NodeOptions options(KvasirConfig config) {
    ModelConfig model = config.model();
    model.path().filter(file -> !Files.isReadable(file)).ifPresent(NodeFlags::refuseModel);
    Optional<Path> adapter = adapter(model);
    adapter.filter(folder -> !Files.isDirectory(folder)).ifPresent(NodeFlags::refuseAdapter);
    return new NodeOptions(model.path().orElseGet(FetchModelCommand::fetch), adapter, config);
  }

  /** The chosen one; where nothing is chosen, the default model has its own. */
  private static Optional<Path> adapter(ModelConfig model) {
    if (model.adapter().isPresent()) {
      return model.adapter().get().folder();
    }
    return model.path().isPresent() ? Optional.empty() : Optional.of(PackagedModel.adapter());
  }

  private static void refuseModel(Path file) {
    throw new UserError(
        "there is no readable file %s: check --model or model.path".formatted(file));
  }

  private static void refuseAdapter(Path folder) {
    throw new UserError(
        "there is no folder %s: check --adapter or model.adapter, or write none".formatted(folder));
  }
}
