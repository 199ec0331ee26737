package dev.kvasir.bench;

/** A benchmark's answers are wrong, or it could not run; no figure may be quoted. */
public final class BenchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BenchException(String message) {
    super(message);
  }
}
