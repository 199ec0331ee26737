package dev.kvasir.decode.http.write;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.engine.prompt.Passage;
import java.util.Optional;

/** How answers name a block: its hash, and the passage that it is. */
public final class BlockObject {
  private BlockObject() {}

  /** Adds {@code hash}, {@code id} (null without a passage or its id) and {@code title} if any. */
  public static ObjectNode put(ObjectNode node, BlockKey key, Optional<Passage> passage) {
    node.put("hash", key.hex());
    node.put("id", passage.flatMap(Passage::id).orElse(null));
    passage.flatMap(Passage::title).ifPresent(title -> node.put("title", title));
    return node;
  }

  /** Adds the block itself: its records as base64, {@code header} and {@code chunks} in order. */
  public static void putRecords(ObjectNode node, EncodedBlock block) {
    node.put("header", block.header());
    ArrayNode chunks = node.putArray("chunks");
    block.chunks().forEach(chunks::add);
  }
}
