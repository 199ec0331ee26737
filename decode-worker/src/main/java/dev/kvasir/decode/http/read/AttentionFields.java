package dev.kvasir.decode.http.read;

import dev.kvasir.decode.AttentionMode;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.engine.repair.Repair;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.json.FieldRules;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.JsonValue;
import dev.kvasir.http.json.Unicode;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the prompt's blocks shall attend to each other.
 *
 * @param mode empty for {@code auto}
 * @param fullAfter documents behind so many are read with full attention; 0 is full attention
 */
public record AttentionFields(
    Optional<AttentionMode> mode, PrefixMode prefix, Repair repair, OptionalInt fullAfter) {
  static final Map<String, PrefixMode> PREFIXES =
      Map.of("sink", PrefixMode.SINK, "system", PrefixMode.SYSTEM, "none", PrefixMode.NONE);

  /** Of who says nothing in a conversation. */
  static final AttentionFields CHAT =
      new AttentionFields(Optional.empty(), PrefixMode.SINK, Repair.NONE, OptionalInt.empty());

  /** Of who says nothing about raw blocks, as in the paper. */
  static final AttentionFields RAW =
      new AttentionFields(
          Optional.of(AttentionMode.BLOCK), PrefixMode.NONE, Repair.NONE, OptionalInt.empty());

  private static final Map<String, Optional<AttentionMode>> MODES =
      Map.of(
          "auto", Optional.empty(),
          "block", Optional.of(AttentionMode.BLOCK),
          "full", Optional.of(AttentionMode.FULL));
  private static final FieldRules RULES =
      FieldRules.of("mode", "prefix", "repair", "ape", "full_after");
  private static final FieldRules APE = FieldRules.of("temperature", "scale");
  private static final Pattern REPAIR = Pattern.compile("(edge|blend)-([1-9]\\d{0,3})");
  private static final double LEAST = 0.01;
  private static final double MOST = 2;

  /** The same with that prefix. */
  AttentionFields behind(PrefixMode other) {
    return new AttentionFields(mode, other, repair, fullAfter);
  }

  /**
   * Reads {@code block_attention}.
   *
   * @param usual where a field is left out
   */
  static AttentionFields read(Fields request, AttentionFields usual) {
    return request
        .find("block_attention")
        .map(JsonValue::asObject)
        .map(fields -> of(fields, usual))
        .orElse(usual);
  }

  private static AttentionFields of(Fields fields, AttentionFields usual) {
    RULES.check(fields);
    Optional<AttentionMode> mode = fields.choice("mode", MODES).orElse(usual.mode());
    if (mode.equals(Optional.of(AttentionMode.FULL))) {
      refuseWithoutBlocks(fields, "repair", "ape", "full_after");
    }
    OptionalInt fullAfter =
        fields
            .find("full_after")
            .map(value -> OptionalInt.of(value.asInt(0, Integer.MAX_VALUE)))
            .orElse(usual.fullAfter());
    return new AttentionFields(
        mode, fields.choice("prefix", PREFIXES).orElse(usual.prefix()), repair(fields), fullAfter);
  }

  private static void refuseWithoutBlocks(Fields fields, String... names) {
    for (String name : names) {
      fields
          .find(name)
          .ifPresent(value -> {
            throw ApiException.badField(
                value.path(),
                value.path() + " is about blocks: leave it out, or leave out \"mode\": \"full\"");
          });
    }
  }

  private static Repair repair(Fields fields) {
    Optional<JsonValue> repair = fields.find("repair");
    Optional<JsonValue> ape = fields.find("ape");
    if (repair.isPresent() && ape.isPresent()) {
      throw ApiException.badField(
          ape.get().path(), "repair and ape exclude each other: send one of them");
    }
    return repair
        .map(AttentionFields::named)
        .or(() -> ape.map(JsonValue::asObject).map(AttentionFields::ape))
        .orElse(Repair.NONE);
  }

  private static Repair named(JsonValue value) {
    String name = value.asText();
    Matcher matcher = REPAIR.matcher(name);
    if (name.equals("none")) {
      return Repair.NONE;
    }
    if (matcher.matches()) {
      int number = Integer.parseInt(matcher.group(2));
      if (matcher.group(1).equals("edge")) {
        return new Repair.Edge(number);
      }
      if (number <= 100) {
        return new Repair.Blend(number);
      }
    }
    throw ApiException.badField(
        value.path(),
        "%s must be none, edge-K (K tokens, 1 to 9999) or blend-R (R per cent, 1 to 100), but is \"%s\""
            .formatted(value.path(), Unicode.shown(name)));
  }

  private static Repair ape(Fields fields) {
    APE.check(fields);
    return new Repair.Ape(
        fields
            .find("temperature")
            .map(value -> value.asNumber(LEAST, MOST))
            .orElse(Repair.Ape.DEFAULT.temperature()),
        fields
            .find("scale")
            .map(value -> value.asNumber(LEAST, MOST))
            .orElse(Repair.Ape.DEFAULT.scale()));
  }
}
