package dev.kvasir.decode.http;

/** The server cannot listen where it was told to; the message says what to change. */
public final class ListenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ListenException(String message, Throwable cause) {
    super(message, cause);
  }
}
