package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.cli.console.UserError;
import dev.kvasir.cli.model.PackagedModel;
import dev.kvasir.cli.node.NodeOptions;
import dev.kvasir.config.ConfigReader;
import dev.kvasir.config.ConfigSource;
import dev.kvasir.config.ConfigSource.Flag;
import dev.kvasir.config.KvasirConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeFlagsTest {
  @TempDir Path folder;

  @Test
  void options_nothingChosen_isTheDefaultModelWithItsAdapter() {
    NodeOptions options = options();

    assertThat(options.adapter()).contains(PackagedModel.adapter());
    assertThat(PackagedModel.adapter()).isDirectoryContaining("glob:**/adapter_model.safetensors");
    assertThat(options.model()).hasFileName(PackagedModel.SMOLLM2_135M.fileName());
  }

  @Test
  void options_adapterNone_isTheDefaultModelAsItIs() {
    assertThat(options("model.adapter=none").adapter()).isEmpty();
  }

  @Test
  void options_otherModel_hasNoAdapterUnlessOneIsChosen() {
    String model = "model.path=" + folder;

    assertThat(options(model).adapter()).isEmpty();
    assertThat(options(model, "model.adapter=" + folder).adapter()).contains(folder);
  }

  @Test
  void options_adapterWithoutFolder_saysWhatToWrite() {
    Path missing = folder.resolve("missing");

    assertThat(Files.exists(missing)).isFalse();
    assertThatThrownBy(() -> options("model.path=" + folder, "model.adapter=" + missing))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(missing.toString(), "none");
  }

  private static NodeOptions options(String... settings) {
    List<Flag> flags = Stream.of(settings).map(Flag::set).toList();
    return NodeFlags.options(
        ConfigReader.read(
                KvasirConfig.class, KvasirConfig.defaults(), List.of(new ConfigSource.Flags(flags)))
            .value());
  }
}
