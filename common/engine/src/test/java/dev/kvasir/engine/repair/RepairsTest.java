package dev.kvasir.engine.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.EngineOptions.Backend;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.batch.BatchLimits;
import dev.kvasir.engine.batch.BatchingEngine;
import dev.kvasir.engine.model.ModelFiles;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against ops/golden/repairs.py: attention written out with explicit masks, in float64. */
class RepairsTest {
  private static final Offset<Float> BOUND = within(2e-4f);

  private static final Map<String, Repair> REPAIRS =
      Map.of(
          "none", Repair.NONE,
          "edge-1", new Repair.Edge(1),
          "edge-4", new Repair.Edge(4),
          "edge-1000", new Repair.Edge(1000),
          "blend-10", new Repair.Blend(10),
          "blend-40", new Repair.Blend(40),
          "blend-100", new Repair.Blend(100),
          "ape-0.9-0.9", Repair.Ape.DEFAULT,
          "ape-0.5-1.4", new Repair.Ape(0.5, 1.4));

  @ParameterizedTest
  @EnumSource(Backend.class)
  void logits_ofEveryRepair_equalTheReference(Backend backend) throws IOException {
    try (ModelFiles files = ModelFiles.open(resource("repairs"));
        LlamaEngine engine = LlamaEngine.open(files, options(backend, ElementType.FLOAT32))) {
      for (JsonNode golden : golden()) {
        try (RepairRig rig = rig(engine, golden)) {
          assertThat(rig.full()).containsExactly(floats(golden.path("full")), BOUND);
          for (Map.Entry<String, Repair> repair : REPAIRS.entrySet()) {
            assertThat(rig.logits(repair.getValue()))
                .as(repair.getKey())
                .containsExactly(floats(golden.path("logits").path(repair.getKey())), BOUND);
          }
        }
      }
      assertThat(engine.segmentBytes()).isZero();
    }
  }

  @Test
  void logits_everythingRecomputedInFloat16_isFullAttention() throws IOException {
    try (ModelFiles files = ModelFiles.open(resource("repairs"));
        LlamaEngine halves =
            LlamaEngine.open(files, options(Backend.VECTOR, ElementType.FLOAT16))) {
      for (JsonNode golden : golden()) {
        try (RepairRig rig = rig(halves, golden)) {
          float[] full = rig.full();
          assertThat(rig.logits(new Repair.Edge(1000))).containsExactly(full, within(0.05f));
          assertThat(rig.logits(new Repair.Blend(100))).containsExactly(full, within(0.05f));
        }
      }
    }
  }

  @Test
  void read_ofEveryRepair_neverChangesTheBlocksAndIsTheSameAgain() throws IOException {
    try (ModelFiles files = ModelFiles.open(resource("repairs"));
        LlamaEngine alone = LlamaEngine.open(files, options(Backend.VECTOR, ElementType.FLOAT16));
        Engine batching =
            new BatchingEngine(
                alone.alongside(1, ElementType.FLOAT16), BatchLimits.defaults(), (_, _) -> {});
        RepairRig rig = rig(alone, golden().getLast());
        RepairRig batched = rig(batching, golden().getLast())) {
      float[] before = rig.logits(Repair.NONE);
      for (Repair repair : REPAIRS.values()) {
        float[] logits = rig.logits(repair);
        assertThat(rig.logits(repair)).isEqualTo(logits);
        assertThat(batched.logits(repair)).isEqualTo(logits);
      }
      assertThat(rig.logits(Repair.NONE)).isEqualTo(before);
    }
  }

  @Test
  void read_decodesOn_asThePromptWithTheTokenInIt() throws IOException {
    try (ModelFiles files = ModelFiles.open(resource("repairs"));
        LlamaEngine engine =
            LlamaEngine.open(files, options(Backend.VECTOR, ElementType.FLOAT32))) {
      JsonNode golden = golden().getLast();
      TokenIds longer =
          TokenIds.of(
              IntStream.concat(IntStream.of(ints(golden.path("final"))), IntStream.of(7))
                  .toArray());
      for (Repair repair : REPAIRS.values()) {
        try (RepairRig rig = rig(engine, golden);
            RepairRig further = rig(engine, golden, longer)) {
          BlockPrompt.Read read = rig.read(repair);
          float[] stepped = read.kv().append(TokenIds.of(7), () -> false);
          read.kv().close();
          assertThat(stepped).containsExactly(further.logits(repair), within(1e-4f));
        }
      }
    }
  }

  private static EngineOptions options(Backend backend, ElementType kv) {
    return new EngineOptions(backend, 2, kv);
  }

  private static List<JsonNode> golden() throws IOException {
    List<JsonNode> prompts = new ArrayList<>();
    File file = resource("repairs.json").toFile();
    new ObjectMapper().readTree(file).path("prompts").forEach(prompts::add);
    return prompts;
  }

  private static RepairRig rig(Engine engine, JsonNode golden) {
    return rig(engine, golden, TokenIds.of(ints(golden.path("final"))));
  }

  private static RepairRig rig(Engine engine, JsonNode golden, TokenIds last) {
    List<TokenIds> passages = new ArrayList<>();
    golden.path("passages").forEach(passage -> passages.add(TokenIds.of(ints(passage))));
    return new RepairRig(
        engine,
        TokenIds.of(ints(golden.path("header"))),
        passages,
        last,
        TokenIds.of(ints(golden.path("prefix"))));
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).asDouble();
    }
    return values;
  }

  private static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(RepairsTest.class.getResource("/tiny/" + name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
