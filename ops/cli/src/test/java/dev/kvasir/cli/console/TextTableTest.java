package dev.kvasir.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.config.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class TextTableTest {
  @Test
  void toString_columns_areAligned() {
    String table = TextTable.of("name", "n>").row("ab", 7).row("c\nd", 12345).toString();

    assertThat(table).isEqualTo("name      n\nab        7\nc d   12345\n");
  }

  @Test
  void row_wrongNumberOfCells_isRefused() {
    assertThatThrownBy(() -> TextTable.of("a", "b").row("only one"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shorten_longText_endsWithDots() {
    assertThat(TextTable.shorten("one two three", 9)).isEqualTo("one tw...");
    assertThat(TextTable.shorten(" one\ttwo ", 9)).isEqualTo("one two");
  }

  @ParameterizedTest
  @CsvSource({
    "800, 800",
    "64KiB, 65536",
    "512mib, 536870912",
    "2GiB, 2147483648",
    "12MB, 12000000"
  })
  void convert_size_isBytes(String text, long bytes) {
    assertThat(new ByteSize().convert(text)).isEqualTo(new Bytes(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "12Mb/s", "1.5", "9999999999999999999"})
  void convert_noSize_isRefused(String text) {
    assertThatThrownBy(() -> new ByteSize().convert(text))
        .isInstanceOf(TypeConversionException.class);
  }
}
