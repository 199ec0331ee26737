package dev.kvasir.engine.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.kv.KvSegment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The tiny models of ops/golden/tiny_models.py and transformers' logits of them. */
final class TinyGolden {
  /** Token ids and the logits of the last one, without and with the adapter. */
  record Prompt(int[] ids, float[] logits, float[] adaptedLogits) {}

  private TinyGolden() {}

  /** A file or folder among the test's resources. */
  static Path path(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(TinyGolden.class.getResource("/tiny/" + name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<Prompt> prompts(String model) {
    List<Prompt> prompts = new ArrayList<>();
    try {
      JsonNode root = new ObjectMapper().readTree(path(model + ".json").toFile());
      for (JsonNode node : root.path("prompts")) {
        float[] ids = floats(node.path("ids"));
        int[] tokens = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
          tokens[i] = (int) ids[i];
        }
        prompts.add(
            new Prompt(tokens, floats(node.path("logits")), floats(node.path("adapted_logits"))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return prompts;
  }

  /** Logits of the last token. */
  static float[] run(Engine engine, int[] ids) {
    try (KvSegment own = engine.newSegment(ids.length)) {
      Sequence sequence = new Sequence(TokenIds.of(ids), List.of(), own, 0, true);
      return engine.forward(List.of(sequence)).getFirst();
    }
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).asDouble();
    }
    return values;
  }
}
