package dev.kvasir.warmup.job;

/** The grid has lost a part of a job's manifest; the message says what to do. */
public final class LostManifestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LostManifestException(String job, int part) {
    super("part %d of the manifest of warm-up %s is gone: make a new job".formatted(part, job));
  }
}
