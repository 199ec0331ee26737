package dev.kvasir.store.delete;

import java.util.Set;

/**
 * What a deletion did. Whatever it could not reach, its tombstone keeps from being read.
 *
 * @param selector what was named, in its canonical form
 * @param generation of the tombstone
 * @param memory blocks whose bytes went from the memory of the grid
 * @param files that the members of {@code confirmed} dropped, those of blocks that lay only in
 *     files included; a block has one on every node that wrote it
 * @param shared blocks in memory that stay, because another document has the same text
 * @param confirmed ids of the members that dropped their own copies, in memory and on disk
 * @param missing ids of the members that did not answer in time; the tombstone reaches them later
 */
public record Receipt(
    String selector,
    long generation,
    Removed memory,
    Removed files,
    long shared,
    Set<String> confirmed,
    Set<String> missing) {
  public Receipt {
    confirmed = Set.copyOf(confirmed);
    missing = Set.copyOf(missing);
  }
}
