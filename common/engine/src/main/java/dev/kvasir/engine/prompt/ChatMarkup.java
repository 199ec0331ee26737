package dev.kvasir.engine.prompt;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.prompt.Message.Role;
import dev.kvasir.engine.prompt.RenderedChat.Part;
import dev.kvasir.engine.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * A model's chat template as token ids: the one place where text and special tokens meet. Only what
 * the template itself writes is searched for special tokens; messages are plain text.
 */
final class ChatMarkup {
  private static final String START = "<|im_start|>";

  /** ChatML, for model files without a template. */
  private static final String CHAT_ML =
      """
      {% for message in messages %}\
      {{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}\
      {% endfor %}{{ '<|im_start|>assistant\\n' }}\
      """;

  private final MarkScanner scanner;
  private final ChatTemplate template;

  ChatMarkup(Tokenizer tokenizer) {
    scanner = new MarkScanner(tokenizer);
    if (tokenizer.chatTemplate().isEmpty() && tokenizer.special(START).isEmpty()) {
      throw new IllegalArgumentException(
          "the model has neither a chat template nor the token " + START + ": use another model");
    }
    template =
        new ChatTemplate(
            tokenizer.chatTemplate().orElse(CHAT_ML), tokenizer.beginMark().orElse(""));
    checkSystemTurn();
  }

  /** The system turn with its text, left open. */
  TokenIds systemOpening(String text) {
    List<Message> messages =
        List.of(new Message(Role.SYSTEM, text), new Message(Role.USER, "question"));
    List<Part> parts = new ArrayList<>(template.render(messages).throughMessage(0));
    parts.add(new Part("\n\n", true));
    return scanner.encode(parts);
  }

  /** The end of an open system turn, then the turns, then the assistant's header. */
  TokenIds continuation(List<Message> turns) {
    List<Message> messages = new ArrayList<>(turns);
    messages.addFirst(new Message(Role.SYSTEM, ""));
    return scanner.encode(template.render(messages).behindMessage(0));
  }

  /** A whole conversation, as the chat template writes it. */
  TokenIds conversation(List<Message> messages) {
    return scanner.encode(template.render(messages).parts());
  }

  /** Passages stand in the system turn, so it must come first whatever follows. */
  private void checkSystemTurn() {
    Message system = new Message(Role.SYSTEM, "s");
    Message user = new Message(Role.USER, "u");
    List<Part> opening = template.render(List.of(system, user)).throughMessage(0);
    List<Message> longer = List.of(system, user, new Message(Role.ASSISTANT, "a"), user);
    if (!template.render(longer).throughMessage(0).equals(opening)) {
      throw ChatTemplate.unusable("its system text does not always stand in front");
    }
  }
}
