package dev.kvasir.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.testing.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What Linux says of the pages of a model file that this process holds. */
@EnabledOnOs(OS.LINUX)
class UnloadedPagesTest {
  private static final Pattern MAPPING = Pattern.compile("^([0-9a-f]+)-([0-9a-f]+) ");
  private static final String RESIDENT = "Rss:";

  @Test
  void load_realModel_leavesNoneOfTheTensorsPages() throws IOException {
    try (GgufFile file = GgufFile.open(TestModel.path())) {
      GgufModel model = new GgufModel(file);
      LlamaConfig config = model.config();
      LlamaWeights weights = WeightLoader.load(model, config);
      long tensors = file.tensors().stream().mapToLong(each -> each.data().byteSize()).sum();
      long first = file.tensors().iterator().next().data().address();
      assertThat(residentBytes(first)).isLessThan(tensors / 10);
      float[] row = new float[config.width()];
      float[] again = new float[config.width()];
      weights.embedding().row(7).read(row);
      for (int input = 0; input < row.length; input++) {
        again[input] = weights.head().get(7, input);
      }
      assertThat(row).containsExactly(again);
    }
  }

  /** Resident bytes of the mapping that this address lies in. */
  private static long residentBytes(long address) throws IOException {
    boolean inside = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      Matcher mapping = MAPPING.matcher(line);
      if (mapping.find()) {
        inside = from(mapping, 1) <= address && address < from(mapping, 2);
      } else if (inside && line.startsWith(RESIDENT)) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new AssertionError("no mapping holds address " + address);
  }

  private static long from(Matcher mapping, int group) {
    return Long.parseUnsignedLong(mapping.group(group), 16);
  }
}
