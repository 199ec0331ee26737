package dev.kvasir.engine.prompt;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.tokenizer.Tokenizer;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** ChatML: the one place where text and special tokens meet. */
final class ChatMarkup {
  private static final String START = "<|im_start|>";
  private static final String END = "<|im_end|>";

  private final Tokenizer tokenizer;
  private final int start;
  private final int end;

  ChatMarkup(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.start = mark(tokenizer, START);
    this.end = mark(tokenizer, END);
  }

  /** The system turn with its text, left open. */
  TokenIds systemOpening(String text) {
    IntStream.Builder ids = IntStream.builder();
    ids.add(start);
    add(ids, "system\n" + text + "\n\n");
    return built(ids);
  }

  /** The end of an open turn, then the turns, then the assistant's header. */
  TokenIds continuation(List<Message> turns) {
    IntStream.Builder ids = IntStream.builder();
    endTurn(ids);
    addTurns(ids, turns);
    return built(ids);
  }

  /** A whole conversation, as the chat template writes it. */
  TokenIds conversation(String system, List<Message> turns) {
    IntStream.Builder ids = IntStream.builder();
    addTurn(ids, new Message(Message.Role.SYSTEM, system));
    addTurns(ids, turns);
    return built(ids);
  }

  private void addTurns(IntStream.Builder ids, List<Message> turns) {
    turns.forEach(turn -> addTurn(ids, turn));
    ids.add(start);
    add(ids, "assistant\n");
  }

  private void addTurn(IntStream.Builder ids, Message turn) {
    ids.add(start);
    add(ids, turn.role().name().toLowerCase(Locale.ROOT) + "\n" + turn.text());
    endTurn(ids);
  }

  private void endTurn(IntStream.Builder ids) {
    ids.add(end);
    add(ids, "\n");
  }

  private void add(IntStream.Builder ids, String text) {
    IntStream.of(tokenizer.encode(text).toArray()).forEach(ids::add);
  }

  private static TokenIds built(IntStream.Builder ids) {
    return TokenIds.of(ids.build().toArray());
  }

  private static int mark(Tokenizer tokenizer, String token) {
    return tokenizer
        .special(token)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "the model has no token " + token + ": use a model with the ChatML template"));
  }
}
