package dev.kvasir.engine.prompt;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.RenderResult;
import dev.kvasir.engine.prompt.RenderedChat.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Jinja chat template. It never sees a message's text, only a placeholder, so nothing in a text
 * can be taken for template syntax or for a mark; a template that looks into texts treats every
 * text alike. Thread-safe.
 */
final class ChatTemplate {
  private static final int MAX_OUTPUT_BYTES = 1 << 20;
  private static final int MAX_CHARACTERS = 1 << 16;

  /** White space to Jinja and Java: it is gone where the template trims the text. */
  private static final String EDGE = "\u001F";

  private static final Pattern PLACEHOLDER =
      Pattern.compile("(" + EDGE + "?)\uE000(\\d{1,9})\uE001(" + EDGE + "?)");

  private final Jinjava jinja = new Jinjava(config());
  private final String source;
  private final String beginMark;

  /**
   * @param beginMark what the template knows as {@code bos_token}
   */
  ChatTemplate(String source, String beginMark) {
    if (source.length() > MAX_CHARACTERS) {
      throw unusable("it has more than " + MAX_CHARACTERS + " characters");
    }
    this.source = source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
    this.beginMark = beginMark;
  }

  /**
   * The conversation with the assistant's header behind it.
   *
   * @throws IllegalArgumentException where the template refuses it or leaves a message out
   */
  RenderedChat render(List<Message> messages) {
    Map<String, Object> context = new HashMap<>();
    context.put("messages", placeholders(messages));
    context.put("add_generation_prompt", true);
    context.put("bos_token", beginMark);
    RenderResult result = jinja.renderForResult(source, context);
    if (result.hasErrors()) {
      throw unusable(result.getErrors().getFirst().getMessage());
    }
    return filled(result.getOutput(), messages);
  }

  static IllegalArgumentException unusable(String reason) {
    return new IllegalArgumentException(
        "the model's chat template cannot be used for this conversation: "
            + reason.lines().findFirst().orElse("no reason given"));
  }

  private static List<Map<String, Object>> placeholders(List<Message> messages) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      list.add(
          Map.of(
              "role",
              messages.get(i).role().name().toLowerCase(Locale.ROOT),
              "content",
              EDGE + "\uE000" + i + "\uE001" + EDGE));
    }
    return list;
  }

  private static RenderedChat filled(String output, List<Message> messages) {
    List<Part> parts = new ArrayList<>();
    Matcher matcher = PLACEHOLDER.matcher(output);
    int at = 0;
    int next = 0;
    while (matcher.find()) {
      if (next >= messages.size() || !matcher.group(2).equals(Integer.toString(next))) {
        throw unusable("it does not write every message once and in order");
      }
      parts.add(new Part(output.substring(at, matcher.start()), true));
      boolean trimsStart = matcher.group(1).isEmpty();
      boolean trimsEnd = matcher.group(3).isEmpty();
      parts.add(new Part(PythonText.strip(messages.get(next).text(), trimsStart, trimsEnd), false));
      at = matcher.end();
      next++;
    }
    if (next < messages.size()) {
      throw unusable("it leaves out a message of the " + messages.get(next).role());
    }
    parts.add(new Part(output.substring(at), true));
    return new RenderedChat(parts);
  }

  /** As near to Jinja as the library gets; its defaults differ in white space. */
  private static JinjavaConfig config() {
    return JinjavaConfig.newBuilder()
        .withTrimBlocks(true)
        .withLstripBlocks(true)
        .withKeepTrailingNewline(true)
        .withNestedInterpretationEnabled(false)
        .withMaxOutputSize(MAX_OUTPUT_BYTES)
        .withMaxRenderDepth(16)
        .withDisabled(Map.of(Context.Library.TAG, Set.of("include", "import", "from", "extends")))
        .withLegacyOverrides(
            LegacyOverrides.newBuilder()
                .withUseTrimmingForNotesAndExpressions(true)
                .withParseWhitespaceControlStrictly(true)
                .withKeepNullableLoopValues(true)
                .withEvaluateMapKeys(true)
                .withIterateOverMapKeys(true)
                .withUseSnakeCasePropertyNaming(true)
                .build())
        .build();
  }
}
