package dev.kvasir.decode.http.write;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.decode.BlockPath;
import dev.kvasir.engine.ModelInfo;
import dev.kvasir.http.json.Json;

/** A {@code model} object, and the list of the one that is served. */
public record ModelObject(ModelInfo model, long created, BlockPath blocks) {

  public ObjectNode single() {
    return put(Json.object());
  }

  public ObjectNode list() {
    ObjectNode list = Json.object().put("object", "list");
    put(list.putArray("data").addObject());
    return list;
  }

  private ObjectNode put(ObjectNode node) {
    node.put("id", model.name())
        .put("object", "model")
        .put("created", created)
        .put("owned_by", "kvasir")
        .put("max_model_len", model.contextTokens())
        .put("fingerprint", model.fingerprint());
    ObjectNode attention = node.putObject("block_attention");
    attention.put("state", blocks.refusal().isPresent() ? "closed" : "open");
    attention.put("reason", blocks.refusal().orElse(null));
    attention.put("stopped_collections", blocks.stopped().size());
    return node;
  }
}
