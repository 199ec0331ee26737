package dev.kvasir.engine.tokenizer;

import java.util.Arrays;

/** A growing array of ids. */
final class IdBuffer {
  private int[] ids;
  private int size;

  IdBuffer(int capacity) {
    ids = new int[capacity];
  }

  void append(int id) {
    reserve(1);
    ids[size++] = id;
  }

  void append(int[] more) {
    reserve(more.length);
    System.arraycopy(more, 0, ids, size, more.length);
    size += more.length;
  }

  int[] toArray() {
    return Arrays.copyOf(ids, size);
  }

  private void reserve(int more) {
    if (size + more > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(size + more, ids.length * 2));
    }
  }
}
