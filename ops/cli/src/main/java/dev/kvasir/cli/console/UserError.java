package dev.kvasir.cli.console;

/** A command cannot go on; the message is one sentence that says what to do. Ends with status 1. */
public final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UserError(String message) {
    super(message);
  }

  public UserError(String message, Throwable cause) {
    super(message, cause);
  }

  /** Of a cause whose message already is such a sentence. */
  public UserError(Throwable cause) {
    super(String.valueOf(cause.getMessage()), cause);
  }
}
