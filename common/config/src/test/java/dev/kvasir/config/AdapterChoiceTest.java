package dev.kvasir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdapterChoiceTest {
  @Test
  void parse_folderOrNone_readsBackAsWritten() {
    assertThat(AdapterChoice.parse("a b/c").folder()).contains(Path.of("a b/c"));
    assertThat(AdapterChoice.parse("none").folder()).isEmpty();
    assertThat(AdapterChoice.parse("none")).hasToString("none");
    assertThat(AdapterChoice.parse("a b/c")).hasToString("a b/c");
  }

  @Test
  void parse_blank_saysHowItIsWritten() {
    assertThatThrownBy(() -> AdapterChoice.parse(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("must not be blank: write a folder, or the word none");
  }

  @Test
  void config_none_isAChoiceAndNothingIsNot() {
    assertThat(read("none")).contains(new AdapterChoice(Optional.empty()));
    assertThat(KvasirConfig.defaults().model().adapter()).isEmpty();
  }

  private static Optional<AdapterChoice> read(String value) {
    List<ConfigSource> flags =
        List.of(new ConfigSource.Flags(List.of(ConfigSource.Flag.set("model.adapter=" + value))));
    return ConfigReader.read(KvasirConfig.class, KvasirConfig.defaults(), flags)
        .value()
        .model()
        .adapter();
  }
}
