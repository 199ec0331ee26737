package dev.kvasir.decode.http.read;

import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.json.FieldRules;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.JsonValue;
import java.util.List;
import java.util.Optional;

/**
 * A request to {@code /v1/block-generate}: the paper's raw list of blocks, the last one the query.
 *
 * @param model as asked for; empty for the one served
 * @param localBlocks how many blocks attend only to themselves; the others join the final block
 */
public record BlockGenerateRequest(
    Optional<String> model,
    List<String> blocks,
    int localBlocks,
    AttentionFields attention,
    SamplingFields sampling) {

  private static final String LOCAL_BLOCKS = "num_local_attention_blocks";
  private static final String PREFIX = "prefix";
  private static final FieldRules RULES =
      OpenAiFields.sampling()
          .allow("model", "blocks", LOCAL_BLOCKS, PREFIX, "block_attention")
          .onlyNeutral("stream", "", node -> node.isBoolean() && !node.asBoolean());
  private static final double GREEDY = 0;
  private static final int USUAL_LOCAL_BLOCKS = 10_000;

  public BlockGenerateRequest {
    blocks = List.copyOf(blocks);
  }

  /**
   * Reads a request.
   *
   * @param maxBlocks most cached blocks that one request may have
   * @throws ApiException if a field is wrong
   */
  public static BlockGenerateRequest read(Fields fields, int maxBlocks) {
    RULES.check(fields);
    AttentionFields attention = attention(fields);
    return new BlockGenerateRequest(
        fields.find("model").map(JsonValue::asText),
        fields.require("blocks").asFilledList(maxBlocks).stream()
            .map(JsonValue::asNonEmptyText)
            .toList(),
        attention.fullAfter().orElse(localBlocks(fields)),
        attention,
        SamplingReader.read(fields, GREEDY));
  }

  private static int localBlocks(Fields fields) {
    return fields
        .find(LOCAL_BLOCKS)
        .map(value -> value.asInt(0, Integer.MAX_VALUE))
        .orElse(USUAL_LOCAL_BLOCKS);
  }

  /** The paper's fields are names at the top of two of {@code block_attention}. */
  private static AttentionFields attention(Fields fields) {
    Optional<Fields> inner = fields.find("block_attention").map(JsonValue::asObject);
    refuseBoth(fields, PREFIX, inner, "prefix");
    refuseBoth(fields, LOCAL_BLOCKS, inner, "full_after");
    AttentionFields usual =
        fields
            .choice(PREFIX, AttentionFields.PREFIXES)
            .map(AttentionFields.RAW::behind)
            .orElse(AttentionFields.RAW);
    return AttentionFields.read(fields, usual);
  }

  private static void refuseBoth(
      Fields fields, String name, Optional<Fields> inner, String innerName) {
    if (fields.find(name).isPresent()) {
      inner
          .flatMap(attention -> attention.find(innerName))
          .ifPresent(value -> {
            throw ApiException.badField(
                value.path(),
                "%s and %s mean the same: send one of them".formatted(name, value.path()));
          });
    }
  }
}
