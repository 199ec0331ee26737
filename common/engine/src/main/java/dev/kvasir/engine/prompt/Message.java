package dev.kvasir.engine.prompt;

/** One message of a conversation. Its text is plain text, whatever it contains. */
public record Message(Role role, String text) {
  /** Who speaks. */
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT
  }
}
