package dev.kvasir.bench.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.bench.BenchException;
import dev.kvasir.bench.eval.EvalMode.Reads;
import dev.kvasir.block.ElementType;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.engine.repair.Repair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvalModeTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "closed",
        "gold",
        "full",
        "sink",
        "none",
        "sink+unmoved",
        "none+int8",
        "none+edge-16",
        "sink+blend-15",
        "sink+ape",
        "sink+edge-8+int8"
      })
  void of_label_isItsOwn(String label) {
    assertThat(EvalMode.of(label).label()).isEqualTo(label);
  }

  @Test
  void of_noPrefixWord_isSink() {
    assertThat(EvalMode.of("int8"))
        .isEqualTo(
            new EvalMode(Reads.BLOCKS, PrefixMode.SINK, Repair.NONE, true, ElementType.INT8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sinks",
        "full+unmoved",
        "closed+int8",
        "sink+",
        "full+edge-4",
        "edge-0",
        "blend-101",
        "sink+ape+unmoved",
        "edge-99999"
      })
  void of_whatIsNoMode_isRefused(String label) {
    assertThatThrownBy(() -> EvalMode.of(label)).isInstanceOf(BenchException.class);
  }

  @Test
  void plainer_dropsTheLastWord() {
    assertThat(EvalMode.of("sink+unmoved+int8").plainer()).contains(EvalMode.of("sink+unmoved"));
    assertThat(EvalMode.of("full").plainer()).isEmpty();
  }
}
