package dev.kvasir.store.grid;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down what a map's watcher or a topic's listener hears. */
public final class Recorded implements SharedMap.Watcher {
  private final List<String> told = new CopyOnWriteArrayList<>();

  public void add(String message) {
    told.add(message);
  }

  public List<String> all() {
    return List.copyOf(told);
  }

  /** What was heard of the key. */
  public List<String> of(String key) {
    return told.stream().filter(text -> text.startsWith(key)).toList();
  }

  @Override
  public void changed(String key, String value) {
    told.add(key + "=" + value);
  }

  @Override
  public void gone(String key) {
    told.add(key + " gone");
  }

  @Override
  public void interrupted() {
    told.add("interrupted");
  }
}
