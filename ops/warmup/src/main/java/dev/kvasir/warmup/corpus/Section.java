package dev.kvasir.warmup.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The paragraphs of a Markdown text between two headings. Fenced code is one paragraph, whatever it
 * contains.
 *
 * @param headings above them, the outermost first
 */
record Section(List<String> headings, List<String> paragraphs) {
  private static final Pattern HEADING = Pattern.compile(" {0,3}(#{1,6})\\s+(.*?)\\s*#*\\s*");
  private static final Pattern FENCE = Pattern.compile(" {0,3}(`{3,}|~{3,}).*");

  Section {
    headings = List.copyOf(headings);
    paragraphs = List.copyOf(paragraphs);
  }

  /** The sections of a text. */
  static List<Section> of(String markdown) {
    Reading reading = new Reading();
    markdown.lines().forEach(reading::line);
    reading.endSection();
    return reading.sections;
  }

  private static final class Reading {
    final List<Section> sections = new ArrayList<>();
    private final List<Heading> above = new ArrayList<>();
    private final List<String> paragraphs = new ArrayList<>();
    private final StringBuilder open = new StringBuilder();
    private String fence = "";

    private record Heading(int level, String text) {}

    void line(String line) {
      Matcher marks = FENCE.matcher(line);
      if (!fence.isEmpty()) {
        append(line);
        if (marks.matches() && marks.group(1).startsWith(fence)) {
          fence = "";
        }
      } else if (marks.matches()) {
        fence = marks.group(1);
        append(line);
      } else {
        text(line);
      }
    }

    private void text(String line) {
      Matcher heading = HEADING.matcher(line);
      if (heading.matches()) {
        endSection();
        int level = heading.group(1).length();
        above.removeIf(outer -> outer.level() >= level);
        above.add(new Heading(level, heading.group(2)));
      } else if (line.isBlank()) {
        endParagraph();
      } else {
        append(line);
      }
    }

    private void append(String line) {
      open.append(open.isEmpty() ? "" : "\n").append(line);
    }

    private void endParagraph() {
      if (!open.isEmpty()) {
        paragraphs.add(open.toString());
        open.setLength(0);
      }
    }

    void endSection() {
      endParagraph();
      if (!paragraphs.isEmpty()) {
        sections.add(new Section(above.stream().map(Heading::text).toList(), paragraphs));
        paragraphs.clear();
      }
    }
  }
}
