package dev.kvasir.decode;

/** Tells a gate when a request has its first token, or has ended without one. */
record StartWatch(GenerationListener listener, StartGate.Start start)
    implements GenerationListener {

  @Override
  public void prompt(PromptReport report) {
    listener.prompt(report);
  }

  @Override
  public void text(String delta) {
    start.started();
    listener.text(delta);
  }

  @Override
  public void finished(Completion completion) {
    start.close();
    listener.finished(completion);
  }

  @Override
  public void failed(Throwable cause) {
    start.close();
    listener.failed(cause);
  }
}
