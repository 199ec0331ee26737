package dev.kvasir.decode.http;

import dev.kvasir.decode.AttentionMode;
import dev.kvasir.decode.GenerationRequest;
import dev.kvasir.decode.http.read.AttentionFields;
import dev.kvasir.decode.http.read.BlockGenerateRequest;
import dev.kvasir.decode.http.write.BlockGenerateFormat;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.http.json.Fields;
import java.util.List;

/** {@code POST /v1/block-generate}: the paper's raw list of blocks. */
record BlockGeneratePlan(Planning planning) implements Plan.Maker {

  @Override
  public Plan plan(Fields fields, String answerId) {
    BlockGenerateRequest raw =
        BlockGenerateRequest.read(fields, planning.settings().limits().blocks());
    planning.checkModel(raw.model());
    AttentionFields attention = raw.attention();
    SegmentedPrompt prompt =
        planning.laidOut(layout -> layout.raw(raw.blocks(), raw.localBlocks(), attention.prefix()));
    AttentionMode mode =
        prompt.blocks().isEmpty()
            ? AttentionMode.FULL
            : planning.mode(attention.mode(), List.of(), "block_attention.mode");
    GenerationRequest request =
        planning.request(prompt, mode, attention.repair(), raw.sampling(), "blocks");
    return new Plan(
        request,
        new Plan.Delivery.Whole(
            new BlockGenerateFormat(
                planning.head("blockgen-" + answerId, request, attention.prefix(), List.of()))));
  }
}
