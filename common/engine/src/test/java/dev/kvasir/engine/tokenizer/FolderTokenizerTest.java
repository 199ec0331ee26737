package dev.kvasir.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.gguf.ModelFileException;
import dev.kvasir.engine.testing.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderTokenizerTest {
  private static final String TINY =
      """
      {"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a", "b"]]},
       "added_tokens": [{"id": 3, "content": "<e>", "special": true},
                        {"id": 4, "content": "<call>", "special": false}],
       "normalizer": null, "decoder": {"type": "ByteLevel"},
       "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
         {"type": "Digits", "individual_digits": true},
         {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}]}}\
      """;

  @TempDir private Path folder;

  @Test
  void from_folderOfTheSameModel_hasTheSameIdsAndFingerprint() throws IOException {
    Tokenizer gguf;
    try (GgufFile file = GgufFile.open(TestModel.path())) {
      gguf = Tokenizer.from(file);
      ObjectNode json = TokenizerJson.of(file.metadata(), PreTokenizer.SMOLLM, true);
      TokenizerFolder.write(folder, json, "<|im_end|>");
    }
    Tokenizer tokenizer = Tokenizer.from(folder);
    assertThat(tokenizer.fingerprint()).isEqualTo(gguf.fingerprint());
    assertThat(tokenizer.marks()).isEqualTo(gguf.marks());
    String text = "a<|im_end|> Tower 1889";
    assertThat(tokenizer.encode(text)).isEqualTo(gguf.encode(text));
  }

  @Test
  void from_configuration_namesMarksAndTemplate() throws IOException {
    ObjectNode config =
        json(
            "{\"eos_token\": {\"content\": \"<e>\"}, \"bos_token\": \"<call>\", \"chat_template\":"
                + " [{\"name\": \"tools\", \"template\": \"t\"},"
                + " {\"name\": \"default\", \"template\": \"d\"}]}");
    Files.writeString(folder.resolve("config.json"), "{\"vocab_size\": 9}");
    TokenizerFolder.write(folder, json(TINY), config);
    Tokenizer tokenizer = Tokenizer.from(folder);
    assertThat(tokenizer.endOfTurn()).isEqualTo(3);
    assertThat(tokenizer.beginMark()).contains("<call>");
    assertThat(tokenizer.addsBeginOfSequence()).isFalse();
    assertThat(tokenizer.chatTemplate()).contains("d");
    assertThat(tokenizer.vocabulary()).isEqualTo(9);
    assertThat(tokenizer.bytes(4)).asString().isEqualTo("<call>");
    assertThat(tokenizer.encode("abb").toArray()).containsExactly(2, 1);
    Files.writeString(folder.resolve("chat_template.jinja"), "file");
    assertThat(Tokenizer.from(folder).chatTemplate()).contains("file");
  }

  @Test
  void from_templateWithBegin_addsIt() throws IOException {
    ObjectNode tiny = json(TINY);
    tiny.set(
        "post_processor",
        json(
            "{\"type\": \"TemplateProcessing\", \"single\": [{\"SpecialToken\": {\"id\": \"<e>\"}},"
                + " {\"Sequence\": {\"id\": \"A\"}}]}"));
    TokenizerFolder.write(folder, tiny, json("{\"eos_token\": \"<e>\", \"bos_token\": \"<e>\"}"));
    assertThat(Tokenizer.from(folder).addsBeginOfSequence()).isTrue();
    TokenizerFolder.write(folder, tiny, json("{\"eos_token\": \"<e>\"}"));
    assertThatThrownBy(() -> Tokenizer.from(folder))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("post_processor is not supported");
  }

  @Test
  void from_otherKinds_saysWhatIsNotSupported() throws IOException {
    assertRefused(json -> model(json).put("type", "Unigram"), "model.type is not supported");
    assertRefused(json -> model(json).put("type", "WordPiece"), "model.type is not supported");
    assertRefused(json -> model(json).put("byte_fallback", true), "model.byte_fallback");
    assertRefused(json -> model(json).putArray("merges").add("a"), "merge 0 does not join");
    assertRefused(json -> model(json).putArray("merges").add(1), "merge 0 is neither");
    assertRefused(json -> model(json).remove("vocab"), "model.vocab must hold the tokens");
    assertRefused(json -> json.putObject("normalizer").put("type", "NFKC"), "normalizer is not");
    assertRefused(json -> json.putObject("pre_tokenizer").put("type", "Split"), "pre_tokenizer is");
    assertRefused(json -> json.putObject("decoder").put("type", "WordPiece"), "decoder is not");
    assertRefused(
        json -> json.withArray("added_tokens").addObject().put("id", -1).put("content", "x"),
        "must be in [0, ");
    assertRefused(
        json -> json.withArray("added_tokens").addObject().put("id", 0).put("content", "x"),
        "has the id of \"a\"");
  }

  @Test
  void from_missingOrDamagedFile_namesIt() throws IOException {
    assertThatThrownBy(() -> Tokenizer.from(folder))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("tokenizer.json, byte 0: there is no such file");
    TokenizerFolder.write(folder, json(TINY), "<none>");
    assertThatThrownBy(() -> Tokenizer.from(folder)).hasMessageContaining("eos_token names no");
    Files.writeString(folder.resolve("tokenizer.json"), "{");
    assertThatThrownBy(() -> Tokenizer.from(folder))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("cannot be read as JSON")
        .hasMessageNotContaining("\n");
  }

  private void assertRefused(Consumer<ObjectNode> change, String message) throws IOException {
    ObjectNode json = json(TINY);
    change.accept(json);
    TokenizerFolder.write(folder, json, "<e>");
    assertThatThrownBy(() -> Tokenizer.from(folder))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  private static ObjectNode model(ObjectNode json) {
    return (ObjectNode) json.path("model");
  }

  private static ObjectNode json(String text) throws IOException {
    return (ObjectNode) new ObjectMapper().readTree(text);
  }
}
