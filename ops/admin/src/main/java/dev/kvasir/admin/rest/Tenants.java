package dev.kvasir.admin.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.admin.AdminParts;
import dev.kvasir.admin.Usage;
import dev.kvasir.block.Scope;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.json.FieldRules;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.Json;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** {@code /tenants}. */
final class Tenants {
  private static final FieldRules FIELDS = FieldRules.of("bytes");

  private final AdminParts parts;

  Tenants(AdminParts parts) {
    this.parts = parts;
  }

  Reply list(Call call) {
    call.only();
    Map<String, Usage> usage = Usage.byScope(parts.blocks());
    Map<String, Long> quotas = parts.quotas().all();
    Set<String> scopes = new TreeSet<>(usage.keySet());
    scopes.addAll(quotas.keySet());
    ObjectNode answer = Json.object();
    ArrayNode data = answer.putArray("data");
    for (String scope : scopes) {
      Usage used = usage.getOrDefault(scope, Usage.NOTHING);
      ObjectNode tenant =
          data.addObject()
              .put("scope", scope)
              .put("blocks", used.blocks())
              .put("bytes", used.bytes());
      Long quota = quotas.get(scope);
      tenant.put("quota_bytes", quota).put("over_quota", quota != null && used.bytes() > quota);
    }
    return Reply.ok(answer);
  }

  Reply setQuota(Call call) {
    Scope scope = scope(call.only());
    Fields fields = call.fields();
    FIELDS.check(fields);
    long bytes = fields.require("bytes").asLong(0, Long.MAX_VALUE / 2);
    parts.quotas().set(scope, bytes);
    parts.audit().write(call.caller(), "quotas.set", scope.text(), bytes + " bytes");
    return Reply.ok(quota(scope, bytes));
  }

  Reply clearQuota(Call call) {
    Scope scope = scope(call.only());
    if (!parts.quotas().clear(scope)) {
      throw Call.notFound(scope.text() + " has no quota");
    }
    parts.audit().write(call.caller(), "quotas.clear", scope.text(), "no limit");
    return Reply.ok(quota(scope, null));
  }

  private static ObjectNode quota(Scope scope, @Nullable Long bytes) {
    return Json.object().put("scope", scope.text()).put("quota_bytes", bytes);
  }

  private static Scope scope(Call call) {
    try {
      return new Scope.Tenant(call.part("tenant"));
    } catch (IllegalArgumentException e) {
      throw ApiException.badField("tenant", String.valueOf(e.getMessage()));
    }
  }
}
