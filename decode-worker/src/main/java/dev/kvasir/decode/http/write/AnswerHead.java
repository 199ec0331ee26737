package dev.kvasir.decode.http.write;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.decode.AttentionMode;
import dev.kvasir.decode.Completion;
import dev.kvasir.decode.PromptReport;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.engine.repair.Repair;
import dev.kvasir.http.json.Json;
import java.util.List;
import java.util.Locale;

/**
 * What all objects of one answer share.
 *
 * @param id unique among all answers
 * @param created seconds since 1970
 * @param passages the prompt's last blocks, as the request named them
 */
public record AnswerHead(
    String id,
    long created,
    String model,
    AttentionMode mode,
    PrefixMode prefix,
    Repair repair,
    SegmentedPrompt prompt,
    List<Passage> passages) {
  public AnswerHead {
    passages = List.copyOf(passages);
  }

  /** An object of this answer with nothing but its head. */
  ObjectNode object(String kind) {
    return Json.object()
        .put("id", id)
        .put("object", kind)
        .put("created", created)
        .put("model", model);
  }

  /** Adds {@code usage} as OpenAI's clients read it. */
  void putUsage(ObjectNode node, PromptReport report, Completion completion) {
    int prompted = report.promptTokens();
    int completed = completion.completionTokens();
    ObjectNode usage =
        node.putObject("usage")
            .put("prompt_tokens", prompted)
            .put("completion_tokens", completed)
            .put("total_tokens", prompted + completed);
    usage.putObject("prompt_tokens_details").put("cached_tokens", report.cachedTokens());
  }

  /** Adds {@code block_cache}: what was cached, what was computed and how long it took. */
  void putBlockCache(ObjectNode node, PromptReport report, Completion completion) {
    ObjectNode cache =
        node.putObject("block_cache")
            .put("mode", word(mode))
            .put("prefix", word(prefix))
            .put("repair", repair.label())
            .put("computed_tokens", report.computedTokens())
            .put("computed_share", Json.share(report.computedTokens(), report.promptTokens()))
            .put("ttft_ms", Json.millis(completion.timeToFirstToken()));
    ArrayNode blocks = cache.putArray("blocks");
    BlockLabels labels = new BlockLabels(prompt, passages);
    report.blocks().forEach(block -> putBlock(blocks.addObject(), block, labels));
  }

  private static void putBlock(
      ObjectNode node, PromptReport.BlockReport block, BlockLabels labels) {
    BlockObject.put(node, block.key(), labels.next(block.key()))
        .put("tokens", block.tokens())
        .put("source", word(block.source()))
        .put("bytes", block.bytes())
        .put("ms", Json.millis(block.elapsed()));
  }

  /** OpenAI's word for why the answer ended. */
  static String finishReason(Completion completion) {
    return switch (completion.reason()) {
      case STOP, CANCELLED -> "stop";
      case LENGTH -> "length";
    };
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
