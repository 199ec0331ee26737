package dev.kvasir.decode.http.write;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.decode.Completion;
import dev.kvasir.decode.PromptReport;
import java.util.List;
import java.util.Optional;

/** The JSON form of an answer that is sent as a stream of events. */
public interface StreamFormat {

  /** The event before any text, if there is one. */
  Optional<ObjectNode> opening();

  ObjectNode delta(String text);

  /** The events after all text. */
  List<ObjectNode> closing(PromptReport report, Completion completion);
}
