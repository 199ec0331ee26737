package dev.kvasir.admin.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.admin.AdminParts;
import dev.kvasir.block.BlockKey;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.json.FieldRules;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.Json;
import dev.kvasir.store.pin.Pin;
import dev.kvasir.warmup.job.Answers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** {@code /pins}. */
final class PinList {
  private static final FieldRules FIELDS = FieldRules.of("hash", "owner", "ttl_seconds");
  private static final int MOST_SECONDS = 365 * 24 * 3_600;
  private static final String OWNER = "[A-Za-z0-9._:-]{1,64}";

  private final AdminParts parts;

  PinList(AdminParts parts) {
    this.parts = parts;
  }

  Reply list(Call call) {
    call.only();
    ObjectNode answer = Json.object();
    ArrayNode data = answer.putArray("data");
    Answers.await(parts.pins().list()).forEach((key, pin) -> put(data, key, pin));
    return Reply.ok(answer);
  }

  static void put(ArrayNode data, BlockKey key, Pin pin) {
    pin.holds()
        .forEach((owner, hold) ->
            data.addObject()
                .put("hash", key.hex())
                .put("owner", owner)
                .put("count", hold.count())
                .put("until", hold.until().toString()));
  }

  Reply create(Call call) {
    Fields fields = call.only().fields();
    FIELDS.check(fields);
    BlockKey key = Call.hash(fields.require("hash").asText(), "hash");
    String owner = owner(fields.require("owner").asText());
    Duration life = Duration.ofSeconds(fields.require("ttl_seconds").asLong(1, MOST_SECONDS));
    Pin pin = pinned(key, owner, life);
    parts.audit().write(call.caller(), "pins.create", key.hex(), owner + " for " + life);
    return Reply.created(answer(key, pin));
  }

  private Pin pinned(BlockKey key, String owner, Duration life) {
    try {
      return parts.pins().pin(key, owner, life).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw ApiException.badField("owner", String.valueOf(refused.getMessage()));
      }
      throw e;
    }
  }

  Reply delete(Call call) {
    BlockKey key = call.only().hash();
    String owner = owner(call.part("owner"));
    boolean held =
        Optional.ofNullable(Answers.await(parts.pins().list()).get(key))
            .map(pin -> pin.holds().containsKey(owner))
            .orElse(false);
    if (!held) {
      throw Call.notFound("%s holds no pin of block %s".formatted(owner, key.hex()));
    }
    Pin left = Answers.await(parts.pins().unpin(key, owner));
    parts.audit().write(call.caller(), "pins.delete", key.hex(), owner);
    return Reply.ok(answer(key, left));
  }

  private static String owner(String text) {
    if (!text.matches(OWNER)) {
      throw ApiException.badField("owner", "owner must be 1 to 64 of A-Z a-z 0-9 . _ : -");
    }
    return text;
  }

  private static ObjectNode answer(BlockKey key, Pin pin) {
    ObjectNode answer = Json.object();
    put(answer.putArray("data"), key, pin);
    return answer;
  }
}
