package dev.kvasir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "512, 512",
    "512B, 512",
    "64KiB, 65536",
    "64 kib, 65536",
    "1.5GiB, 1610612736",
    "10MB, 10000000",
    "2TiB, 2199023255552",
    "0.5KB, 500",
    "9223372036854775807, 9223372036854775807"
  })
  void bytes_everyUnit_isParsedAndReadBack(String text, long count) {
    Bytes bytes = Bytes.parse(text);

    assertThat(bytes.count()).isEqualTo(count);
    assertThat(Bytes.parse(bytes.toString())).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"512, 512", "1024, 1KiB", "1536, 1536", "10485760, 10MiB", "1099511627776, 1TiB"})
  void bytes_toString_isTheLargestWholeUnit(long count, String text) {
    assertThat(new Bytes(count)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.5", "0.1KiB", "3x", "3g", "1,5GiB", "8EiB", "99999999TiB"})
  void bytes_noSize_isRefused(String text) {
    assertThatThrownBy(() -> Bytes.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("must be a ")
        .hasMessageEndingWith("not '%s'", text);
  }

  @ParameterizedTest
  @CsvSource({
    "200ms, PT0.2S, 200ms",
    "10s, PT10S, 10s",
    "90s, PT1M30S, 90s",
    "5m, PT5M, 5m",
    "1.5h, PT1H30M, 90m",
    "2 d, PT48H, 2d",
    "PT10S, PT10S, 10s",
    "p1dt1h, PT25H, 25h",
    "0.5ms, PT0.0005S, PT0.0005S",
    "0s, PT0S, 0s",
    "-PT1S, PT-1S, PT-1S"
  })
  void duration_everyForm_isParsedAndPrinted(String text, String iso, String printed) {
    Duration duration = Durations.parse(text);

    assertThat(duration).isEqualTo(Duration.parse(iso));
    assertThat(Durations.print(duration)).isEqualTo(printed);
    assertThat(Durations.parse(printed)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "10", "10x", "1 0s", "-5s", "PT", "999999999999d", "P999999999D", "10S"})
  void duration_noDuration_isRefused(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("must be a duration such as 200ms")
        .hasMessageEndingWith("not '%s'", text);
  }

  @ParameterizedTest
  @CsvSource({"kvasir-0.grid:47500, kvasir-0.grid, 47500", "[::1]:1, ::1, 1", "a:65535, a, 65535"})
  void hostPort_everyForm_isParsedAndReadBack(String text, String host, int port) {
    assertThat(HostPort.parse(text)).isEqualTo(new HostPort(host, port)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a:", ":1", "a:0", "a:65536", "::1:5", "http://a:1", "a:1x"})
  void hostPort_noAddress_isRefused(String text) {
    assertThatThrownBy(() -> HostPort.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("not '%s'", text);
  }

  @Test
  void secret_toString_isTheMask() {
    assertThat(Secret.parse("hunter2")).hasToString("****");
    assertThatThrownBy(() -> Secret.parse(" ")).hasMessageContaining("must not be blank");
  }
}
