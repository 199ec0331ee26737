package dev.kvasir.decode;

/** Hears how a generation goes; calls come one after the other. */
public interface GenerationListener {
  /** The prompt's blocks are in place; the first token follows. */
  void prompt(PromptReport report);

  /** More of the answer, never a broken character and never part of a stop string. */
  void text(String delta);

  void finished(Completion completion);

  void failed(Throwable cause);
}
