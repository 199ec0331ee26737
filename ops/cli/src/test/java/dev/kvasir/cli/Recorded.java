package dev.kvasir.cli;

import dev.kvasir.cli.console.Progress;
import java.util.ArrayList;
import java.util.List;

/** Progress that remembers what it was told. */
public final class Recorded implements Progress {
  public final List<String> lines = new ArrayList<>();

  @Override
  public Task start(String name, long totalBytes) {
    lines.add(name);
    return new Task() {
      @Override
      public void at(long bytes) {}

      @Override
      public void close() {
        lines.add(name + ": done");
      }
    };
  }

  @Override
  public void note(String line) {
    lines.add(line);
  }
}
