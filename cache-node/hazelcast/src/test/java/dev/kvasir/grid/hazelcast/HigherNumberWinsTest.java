package dev.kvasir.grid.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.spi.merge.MergingValue;
import org.junit.jupiter.api.Test;

class HigherNumberWinsTest {
  private final HigherNumberWins policy = new HigherNumberWins();

  private record Decimal(String text) implements MergingValue<String> {
    @Override
    public Object getRawValue() {
      return "raw " + text;
    }

    @Override
    public String getDeserializedValue() {
      return text;
    }
  }

  @Test
  void merge_bothSidesHaveANumber_theHigherOneStays() {
    assertThat(policy.merge(new Decimal("10"), new Decimal("9"))).isEqualTo("raw 10");
    assertThat(policy.merge(new Decimal("9"), new Decimal("10"))).isEqualTo("raw 10");
    assertThat(policy.merge(new Decimal("7"), new Decimal("7"))).isEqualTo("raw 7");
  }

  @Test
  void merge_onlyOneSideHasIt_itComesAlong() {
    assertThat(policy.merge(new Decimal("1"), null)).isEqualTo("raw 1");
  }
}
