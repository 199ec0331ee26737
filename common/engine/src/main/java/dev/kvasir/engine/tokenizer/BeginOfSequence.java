package dev.kvasir.engine.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.OptionalInt;

/** Whether a {@code tokenizer.json} puts the begin-of-sequence token in front of a text. */
final class BeginOfSequence {
  private BeginOfSequence() {}

  static boolean isAdded(JsonFile file, OptionalInt begin, FolderVocabulary vocabulary) {
    JsonNode processor = file.root().path("post_processor");
    boolean added = false;
    for (JsonNode step :
        processor.path("type").asText().equals("Sequence")
            ? processor.path("processors")
            : List.of(processor)) {
      added |=
          switch (step.path("type").asText()) {
            case "", "ByteLevel" -> false;
            case "TemplateProcessing" -> inTemplate(file, step.path("single"), begin, vocabulary);
            default -> throw unsupported(file, step);
          };
    }
    return added;
  }

  /** The template is the text alone or one mark and the text. */
  private static boolean inTemplate(
      JsonFile file, JsonNode single, OptionalInt begin, FolderVocabulary vocabulary) {
    boolean text = !single.isEmpty() && single.get(single.size() - 1).has("Sequence");
    if (text && single.size() == 1) {
      return false;
    }
    if (!text || single.size() != 2 || begin.isEmpty()) {
      throw unsupported(file, single);
    }
    String mark = single.get(0).path("SpecialToken").path("id").asText();
    if (!vocabulary.id(mark).equals(begin)) {
      throw unsupported(file, single);
    }
    return true;
  }

  private static RuntimeException unsupported(JsonFile file, JsonNode step) {
    return file.fault(
        "post_processor is not supported, only ByteLevel and bos_token in front: " + step);
  }
}
