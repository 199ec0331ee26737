package dev.kvasir.admin.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.admin.AdminParts;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.json.FieldRules;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.Json;
import dev.kvasir.store.delete.Deletions;
import dev.kvasir.store.delete.Receipt;
import dev.kvasir.store.delete.Removed;
import dev.kvasir.store.delete.Selector;

/** {@code /deletions}. */
final class DeletionList {
  private static final FieldRules FIELDS = FieldRules.of("selector", "dry_run");

  private static final int MAX_CHARS = 1_024;

  private final AdminParts parts;

  DeletionList(AdminParts parts) {
    this.parts = parts;
  }

  Reply create(Call call) {
    Fields fields = call.only().fields();
    FIELDS.check(fields);
    Selector selector = selector(fields.require("selector").asText());
    return fields.flag("dry_run")
        ? Reply.ok(preview(selector))
        : delete(parts, selector, call.caller());
  }

  private static Selector selector(String text) {
    if (text.length() > MAX_CHARS) {
      throw ApiException.badField(
          "selector", "selector has at most %d characters".formatted(MAX_CHARS));
    }
    try {
      return Selector.parse(text);
    } catch (IllegalArgumentException e) {
      throw ApiException.badField("selector", String.valueOf(e.getMessage()));
    }
  }

  private ObjectNode preview(Selector selector) {
    Deletions.Extent extent = parts.deletions().preview(selector);
    ObjectNode answer = Json.object().put("dry_run", true).put("selector", selector.text());
    answer.set("memory", json(extent.memory()));
    answer.set("files", json(extent.filesOnly()));
    return answer.put("shared", extent.shared());
  }

  /** Deletes, writes the audit and answers with the receipt. */
  static Reply delete(AdminParts parts, Selector selector, String caller) {
    Receipt receipt = parts.deletions().delete(selector);
    parts
        .audit()
        .write(
            caller,
            "deletions.create",
            selector.text(),
            "blocks: %d, files: %d".formatted(receipt.memory().count(), receipt.files().count()));
    ObjectNode answer = Json.object().put("dry_run", false).put("selector", receipt.selector());
    answer.set("memory", json(receipt.memory()));
    answer.set("files", json(receipt.files()));
    answer.put("shared", receipt.shared()).put("generation", receipt.generation());
    ArrayNode confirmed = answer.putArray("confirmed");
    receipt.confirmed().stream().sorted().forEach(confirmed::add);
    ArrayNode missing = answer.putArray("missing");
    receipt.missing().stream().sorted().forEach(missing::add);
    return Reply.ok(answer);
  }

  private static ObjectNode json(Removed removed) {
    return Json.object().put("count", removed.count()).put("bytes", removed.bytes());
  }
}
