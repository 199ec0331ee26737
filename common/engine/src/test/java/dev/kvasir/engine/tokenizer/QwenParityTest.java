package dev.kvasir.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.testing.QwenModel;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Qwen 2.5's real vocabulary, by both routes, against Hugging Face's. */
@Tag("qwen")
class QwenParityTest {
  @TempDir private Path folder;

  @Test
  void encode_manyTexts_equalsHuggingFaceByBothRoutes() throws IOException {
    Tokenizer tokenizer;
    ObjectNode json;
    try (GgufFile file = GgufFile.open(QwenModel.path())) {
      tokenizer = Tokenizer.from(file);
      json = TokenizerJson.of(file.metadata(), PreTokenizer.QWEN2, true);
    }
    try (HuggingFaceOracle oracle = HuggingFaceOracle.of(withoutMarks(json))) {
      Parity parity = new Parity(tokenizer, oracle);
      parity.randomTexts(25_000);
      parity.everyCharacter();
      parity.sources();
    }
    TokenizerFolder.write(folder, json, "<|im_end|>");
    Tokenizer fromFolder = Tokenizer.from(folder);
    assertThat(fromFolder.fingerprint()).isEqualTo(tokenizer.fingerprint());
    assertThat(fromFolder.endOfTurn()).isEqualTo(tokenizer.endOfTurn()).isEqualTo(151_645);
    TokenIds call = TokenIds.of(new int[] {tokenizer.special("<tool_call>").orElseThrow()});
    assertThat(tokenizer.decode(call)).isEqualTo(fromFolder.decode(call)).isEqualTo("<tool_call>");
  }

  private static ObjectNode withoutMarks(ObjectNode json) {
    ObjectNode copy = json.deepCopy();
    copy.putArray("added_tokens");
    return copy;
  }
}
