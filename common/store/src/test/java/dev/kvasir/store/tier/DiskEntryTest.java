package dev.kvasir.store.tier;

import static dev.kvasir.store.Blocks.info;
import static dev.kvasir.store.Blocks.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.DocumentRef;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.StoredBlock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DiskEntryTest {
  private static final StoredBlock BLOCK = new StoredBlock(key(1), 3, 3100, info());

  @Test
  void parse_text_isTheSameEntry() {
    DiskEntry entry = DiskEntry.of(BLOCK, "node 1, the first").with("ü", info());
    assertThat(DiskEntry.parse(entry.text())).isEqualTo(entry);
    assertThat(entry.nodes()).containsExactly("node 1, the first", "ü");
  }

  @Test
  void with_anotherInfo_keepsWhatBothSay() {
    DiskEntry entry =
        DiskEntry.of(BLOCK, "a").withInfo(known(3, 20, "x")).with("b", known(5, 10, "y"));
    assertThat(entry.info())
        .isEqualTo(
            new BlockInfo(
                "model",
                "tenant:acme",
                5,
                Set.of(document("x"), document("y")),
                Instant.ofEpochSecond(10)));
  }

  @Test
  void without_lastNode_hasNone() {
    assertThat(DiskEntry.of(BLOCK, "a").without("a").nodes()).isEmpty();
  }

  @Test
  void parse_anotherText_isRefused() {
    assertThatThrownBy(() -> DiskEntry.parse("3 3100 a"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DiskEntry.parse("3 3100 AAAA a"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static BlockInfo known(long generation, long seconds, String document) {
    return new BlockInfo(
        "model",
        "tenant:acme",
        generation,
        Set.of(document(document)),
        Instant.ofEpochSecond(seconds));
  }

  private static DocumentRef document(String id) {
    return new DocumentRef(Optional.empty(), Optional.of(id));
  }
}
