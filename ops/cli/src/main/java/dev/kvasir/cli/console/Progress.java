package dev.kvasir.cli.console;

/** Tells a person how a long task goes. */
public interface Progress {

  /** Starts a task of a known number of bytes. */
  Task start(String name, long totalBytes);

  /** Says one line. */
  void note(String line);

  /** A running task; closing it ends its display. */
  interface Task extends AutoCloseable {
    void at(long bytes);

    @Override
    void close();
  }
}
