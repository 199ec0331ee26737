package dev.kvasir.cli;

import dev.kvasir.cli.console.UserError;
import dev.kvasir.config.ConfigException;
import dev.kvasir.config.ConfigReader;
import dev.kvasir.config.ConfigSource;
import dev.kvasir.config.ConfigSource.Flag;
import dev.kvasir.config.Effective;
import dev.kvasir.config.KvasirConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the configuration comes from. */
final class ConfigFlags {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML file with the configuration (see ops/deploy/kvasir.yaml).")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One value, such as grid.backups=2, over file and variables; repeatable.")
  private List<String> assignments = List.of();

  /**
   * Reads defaults, file, variables, {@code --set} and these flags, later ones over earlier ones.
   *
   * @throws UserError if something is wrong in one of them
   */
  Effective<KvasirConfig> read(Stream<Flag> named) {
    try {
      List<ConfigSource> sources = new ArrayList<>();
      if (file != null) {
        sources.add(new ConfigSource.YamlFile(file));
      }
      sources.add(new ConfigSource.Environment(System.getenv()));
      sources.add(new ConfigSource.Flags(assignments.stream().map(Flag::set).toList()));
      sources.add(new ConfigSource.Flags(named.toList()));
      return ConfigReader.read(KvasirConfig.class, KvasirConfig.defaults(), sources);
    } catch (ConfigException e) {
      throw new UserError(e);
    }
  }

  /** The flag of that name as a value of that key; nothing if it was not given. */
  static Stream<Flag> named(String name, String key, @Nullable Object value) {
    return value == null ? Stream.empty() : Stream.of(new Flag(name, key, value.toString()));
  }
}
