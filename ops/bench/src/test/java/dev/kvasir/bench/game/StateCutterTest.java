package dev.kvasir.bench.game;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateCutterTest {
  @Test
  void cut_nestedState_isALineForWhatEachNodeHoldsOfPlainValues() throws IOException {
    String json = "{'a':1,'b':{'c':'x','d':[1,2,{'e':null}]},'f':[{'g':true},{}],'h':2}";

    assertThat(StateCutter.cut(new ObjectMapper().readTree(json.replace('\'', '"'))))
        .containsExactly(
            "{\"a\":1,\"h\":2}\n",
            "b {\"c\":\"x\"}\n",
            "b d [1,2]\n",
            "b d 2 {\"e\":null}\n",
            "f 0 {\"g\":true}\n");
  }

  @Test
  void turn_ofAPokerGame_changesOneOfMoreThan300Parts() {
    PokerTable table = new PokerTable(1, 270);
    List<String> before = StateCutter.cut(table.state());
    for (int turn = 0; turn < 20; turn++) {
      table.turn();
      List<String> after = StateCutter.cut(table.state());
      List<String> changed = new ArrayList<>(after);
      changed.removeAll(before);

      assertThat(after).hasSizeGreaterThan(300).hasSameSizeAs(before);
      assertThat(changed).hasSize(1);
      before = after;
    }
  }
}
