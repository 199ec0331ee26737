package dev.kvasir.store.tier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.store.Blocks;
import dev.kvasir.store.RecordedRecords;
import org.junit.jupiter.api.Test;

class OnceSinkTest {

  @Test
  void accept_blockReadAgainFromItsStart_handsOnWhatIsNew() {
    RecordedRecords records = new RecordedRecords();
    OnceSink once = new OnceSink(records);
    byte[] first = {1};
    byte[] second = {2};
    once.accept(Blocks.key(1), 0, first);
    once.accept(Blocks.key(1), 0, first);
    once.accept(Blocks.key(1), 1, second);
    once.accept(Blocks.key(2), 0, first);
    assertThat(records.of(Blocks.key(1))).containsExactly(first, second);
    assertThat(records.of(Blocks.key(2))).containsExactly(first);
  }
}
