package dev.kvasir.decode.http.read;

import dev.kvasir.block.BlockKey;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.json.FieldRules;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A request to {@code /v1/blocks:lookup}: passages or hashes. */
public sealed interface LookupRequest {

  /** Looks up the blocks that these passages have. */
  record ByPassage(PassageSet set) implements LookupRequest {}

  /**
   * Looks up these blocks.
   *
   * @param model as asked for; empty for the one served
   * @param bytes whether the answer shall hold the block itself; then there is one key
   */
  record ByHash(Optional<String> model, List<BlockKey> keys, boolean bytes)
      implements LookupRequest {
    public ByHash {
      keys = List.copyOf(keys);
    }
  }

  /**
   * Reads a request.
   *
   * @throws ApiException if a field is wrong
   */
  static LookupRequest read(Fields fields, int maxBlocks) {
    Rules.LOOKUP.check(fields);
    Optional<JsonValue> hashes = fields.find("hashes");
    if (hashes.isEmpty()) {
      Rules.PASSAGES.check(fields);
      return new ByPassage(PassageSet.read(fields, maxBlocks));
    }
    Rules.HASHES.check(fields);
    List<BlockKey> keys = hashes.get().asFilledList(maxBlocks).stream().map(Rules::key).toList();
    boolean bytes = fields.choice("return", PassageSet.RETURNS).orElse(false);
    if (bytes && keys.size() > 1) {
      throw ApiException.badField("hashes", "\"return\": \"bytes\" takes one hash at a time");
    }
    return new ByHash(fields.find("model").map(JsonValue::asText), keys, bytes);
  }

  /** What the fields may be. */
  final class Rules {
    private static final FieldRules LOOKUP =
        FieldRules.of(PassageSet.NAMES).allow("hashes", "return");
    private static final FieldRules PASSAGES =
        FieldRules.of(PassageSet.NAMES).onlyNeutral("return", "without hashes", node -> false);
    private static final FieldRules HASHES =
        FieldRules.of("model", "hashes", "return")
            .onlyNeutral("passages", "beside hashes", node -> false)
            .onlyNeutral("documents", "beside hashes", node -> false)
            .onlyNeutral("prefix", "beside hashes", node -> false)
            .onlyNeutral("system", "beside hashes", node -> false);
    private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");

    private Rules() {}

    private static BlockKey key(JsonValue value) {
      String hex = value.asText();
      if (!HASH.matcher(hex).matches()) {
        throw ApiException.badField(value.path(), value.path() + " must be 64 hex digits");
      }
      return BlockKey.parse(hex);
    }
  }
}
