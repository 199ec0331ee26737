package dev.kvasir.engine.model;

/** Undoes llama.cpp's permutation of the rows of a head. */
final class HeadRows {
  private HeadRows() {}

  /**
   * Where the row of pairs (i, i + headDim/2) stands in a file of pairs (2i, 2i + 1).
   *
   * @param row of any head
   */
  static int amongNeighbours(int row, int headDim) {
    int i = row % headDim;
    int inHead = i < headDim / 2 ? 2 * i : 2 * (i - headDim / 2) + 1;
    return row - i + inHead;
  }
}
