package dev.kvasir.engine.tokenizer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.testing.TestModel;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each pre-tokenizer over SmolLM2's vocabulary, read from a folder, against Hugging Face's. */
class PatternParityTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void encode_randomUnicode_equalsHuggingFace(PreTokenizer pre) throws IOException {
    ObjectNode json;
    try (GgufFile file = GgufFile.open(TestModel.path())) {
      json = TokenizerJson.of(file.metadata(), pre, false);
    }
    TokenizerFolder.write(folder, json, "<|im_end|>");
    try (HuggingFaceOracle oracle = HuggingFaceOracle.of(json)) {
      Parity parity = new Parity(Tokenizer.from(folder), oracle);
      parity.randomTexts(25_000);
      parity.everyCharacter();
      parity.sources();
    }
  }
}
