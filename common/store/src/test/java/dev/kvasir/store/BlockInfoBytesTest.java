package dev.kvasir.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.DocumentRef;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BlockInfoBytesTest {
  private static final BlockInfo INFO =
      new BlockInfo(
          "model",
          "shared:handbook",
          7,
          Set.of(
              new DocumentRef(Optional.of("handbook"), Optional.of("page 1")),
              new DocumentRef(Optional.empty(), Optional.of("Grüße")),
              new DocumentRef(Optional.of("handbook"), Optional.empty())),
          Instant.ofEpochMilli(1_800_000_000_123L));

  @Test
  void parse_whatWasWritten_isEqual() {
    assertThat(BlockInfoBytes.parse(BlockInfoBytes.of(INFO))).isEqualTo(INFO);
  }

  @Test
  void parse_cutOrLengthenedBytes_isRefused() {
    byte[] bytes = BlockInfoBytes.of(INFO);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> BlockInfoBytes.parse(cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> BlockInfoBytes.parse(Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
