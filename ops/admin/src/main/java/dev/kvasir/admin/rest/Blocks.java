package dev.kvasir.admin.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.admin.AdminParts;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DocumentRef;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.json.Json;
import dev.kvasir.store.BlockPage;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.Tier;
import dev.kvasir.store.delete.Selector;
import dev.kvasir.warmup.job.Answers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code /blocks}. */
final class Blocks {
  private static final Duration PATIENCE = Duration.ofMillis(300);
  private static final int USUAL = 100;
  private static final int MOST = 500;
  private static final int PAGE = 500;

  /** How many pages one request looks at before it answers with what it has found. */
  private static final int PAGES = 40;

  private final AdminParts parts;

  Blocks(AdminParts parts) {
    this.parts = parts;
  }

  Reply list(Call call) {
    call.only("model", "scope", "tenant", "collection", "document", "tier", "limit", "cursor");
    Predicate<StoredBlock> wanted = filter(call);
    int limit = call.limit(USUAL, MOST);
    BlockKey after = call.text("cursor").map(text -> Call.hash(text, "cursor")).orElse(null);
    ObjectNode answer = Json.object();
    ArrayNode data = answer.putArray("data");
    boolean more = true;
    for (int pages = 0; more && pages < PAGES && data.size() < limit; pages++) {
      BlockPage page = parts.blocks().list(after, PAGE);
      more = page.more();
      for (StoredBlock block : page.blocks()) {
        if (data.size() == limit) {
          more = true;
          break;
        }
        after = block.key();
        if (wanted.test(block)) {
          data.add(json(block));
        }
      }
    }
    return Reply.ok(answer.put("next_cursor", cursor(more, after)));
  }

  private static @Nullable String cursor(boolean more, @Nullable BlockKey after) {
    return more && after != null ? after.hex() : null;
  }

  private static Predicate<StoredBlock> filter(Call call) {
    Predicate<StoredBlock> all = _ -> true;
    Optional<String> scope =
        call.text("tenant").map(tenant -> "tenant:" + tenant).or(() -> call.text("scope"));
    if (call.text("tenant").isPresent() && call.text("scope").isPresent()) {
      throw ApiException.badField("scope", "tenant and scope exclude each other: send one of them");
    }
    Optional<Tier> tier = call.text("tier").map(Blocks::tier);
    Optional<String> model = call.text("model");
    Optional<String> collection = call.text("collection");
    Optional<String> document = call.text("document");
    return all.and(block -> scope.map(block.info().scope()::equals).orElse(true))
        .and(block -> model.map(block.info().model()::equals).orElse(true))
        .and(block -> tier.map(block.tier()::equals).orElse(true))
        .and(block -> names(block, collection, document));
  }

  private static boolean names(
      StoredBlock block, Optional<String> collection, Optional<String> document) {
    return (collection.isEmpty() && document.isEmpty())
        || block.info().documents().stream()
            .anyMatch(ref ->
                (collection.isEmpty() || ref.collection().equals(collection))
                    && (document.isEmpty() || ref.document().equals(document)));
  }

  private static Tier tier(String text) {
    return Arrays.stream(Tier.values())
        .filter(tier -> label(tier).equals(text))
        .findFirst()
        .orElseThrow(() -> ApiException.badField("tier", "tier must be memory or disk"));
  }

  private static String label(Tier tier) {
    return tier.name().toLowerCase(Locale.ROOT);
  }

  Reply get(Call call) {
    BlockKey key = call.only().hash();
    var holders = parts.holders().of(key, PATIENCE);
    var files = parts.disk().find(Set.of(key));
    var pins = parts.pins().list();
    ObjectNode answer = json(stored(key));
    ObjectNode held = answer.putObject("held_by");
    ArrayNode memory = held.putArray("memory");
    Answers.await(holders)
        .forEach(
            holder -> memory.addObject().put("node", holder.member()).put("owner", holder.owner()));
    ArrayNode disk = held.putArray("disk");
    Optional.ofNullable(Answers.await(files).get(key))
        .ifPresent(entry -> entry.nodes().forEach(disk::add));
    ArrayNode owners = answer.putArray("pins");
    Optional.ofNullable(Answers.await(pins).get(key))
        .ifPresent(pin -> PinList.put(owners, key, pin));
    return Reply.ok(answer);
  }

  private StoredBlock stored(BlockKey key) {
    return Optional.ofNullable(Answers.await(parts.blocks().describe(List.of(key))).get(key))
        .orElseThrow(() -> Call.notFound("there is no block " + key.hex()));
  }

  Reply delete(Call call) {
    BlockKey key = call.only().hash();
    stored(key);
    return DeletionList.delete(parts, new Selector.Key(key), call.caller());
  }

  private static ObjectNode json(StoredBlock block) {
    ObjectNode node =
        Json.object()
            .put("hash", block.key().hex())
            .put("model", block.info().model())
            .put("scope", block.info().scope())
            .put("tier", label(block.tier()))
            .put("bytes", block.bytes())
            .put("chunks", block.chunks())
            .put("generation", block.info().generation())
            .put("stored_at", block.info().storedAt().toString());
    ArrayNode documents = node.putArray("documents");
    for (DocumentRef ref : block.info().documents()) {
      documents
          .addObject()
          .put("collection", ref.collection().orElse(null))
          .put("document", ref.document().orElse(null));
    }
    return node;
  }
}
