package dev.kvasir.decode.http.write;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.decode.Completion;
import dev.kvasir.decode.PromptReport;

/** The JSON form of an answer that is sent as a whole. */
public interface AnswerFormat {

  ObjectNode whole(PromptReport report, Completion completion);
}
