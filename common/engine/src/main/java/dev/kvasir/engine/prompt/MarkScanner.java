package dev.kvasir.engine.prompt;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.prompt.RenderedChat.Part;
import dev.kvasir.engine.tokenizer.Tokenizer;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Encodes the parts of a chat: marks are found in the template's parts only. */
final class MarkScanner {
  private final Tokenizer tokenizer;
  private final Pattern marks;

  MarkScanner(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.marks =
        Pattern.compile(
            tokenizer.marks().stream()
                .filter(mark -> !mark.isEmpty())
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|")));
  }

  /** Text between two marks is tokenised in one go, whoever wrote it. */
  TokenIds encode(List<Part> parts) {
    IntStream.Builder ids = IntStream.builder();
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      if (part.isMarkup()) {
        scan(part.text(), text, ids);
      } else {
        text.append(part.text());
      }
    }
    flush(text, ids);
    return TokenIds.of(ids.build().toArray());
  }

  private void scan(String markup, StringBuilder text, IntStream.Builder ids) {
    Matcher matcher = marks.matcher(markup);
    int at = 0;
    while (matcher.find() && !matcher.group().isEmpty()) {
      text.append(markup, at, matcher.start());
      flush(text, ids);
      ids.add(tokenizer.special(matcher.group()).orElseThrow());
      at = matcher.end();
    }
    text.append(markup, at, markup.length());
  }

  private void flush(StringBuilder text, IntStream.Builder ids) {
    IntStream.of(tokenizer.encode(text.toString()).toArray()).forEach(ids::add);
    text.setLength(0);
  }
}
