package dev.kvasir.decode.http.read;

import dev.kvasir.engine.prompt.PrefixMode;
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
    PrefixMode prefix,
    SamplingFields sampling) {

  private static final FieldRules RULES =
      OpenAiFields.sampling()
          .allow("model", "blocks", "num_local_attention_blocks", "prefix")
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
    return new BlockGenerateRequest(
        fields.find("model").map(JsonValue::asText),
        fields.require("blocks").asFilledList(maxBlocks).stream()
            .map(JsonValue::asNonEmptyText)
            .toList(),
        fields
            .find("num_local_attention_blocks")
            .map(value -> value.asInt(0, Integer.MAX_VALUE))
            .orElse(USUAL_LOCAL_BLOCKS),
        fields.choice("prefix", AttentionFields.PREFIXES).orElse(PrefixMode.NONE),
        SamplingReader.read(fields, GREEDY));
  }
}
