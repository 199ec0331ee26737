package dev.kvasir.decode.http.read;

import dev.kvasir.block.BlockKey;
import dev.kvasir.decode.http.error.ApiException;
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
   */
  record ByHash(Optional<String> model, List<BlockKey> keys) implements LookupRequest {
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
      return new ByPassage(PassageSet.read(fields, maxBlocks));
    }
    Rules.HASHES.check(fields);
    return new ByHash(
        fields.find("model").map(JsonValue::asText),
        hashes.get().asFilledList(maxBlocks).stream().map(Rules::key).toList());
  }

  /** What the fields may be. */
  final class Rules {
    private static final FieldRules LOOKUP = FieldRules.of(PassageSet.NAMES).allow("hashes");
    private static final FieldRules HASHES =
        FieldRules.of("model", "hashes")
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
