package dev.kvasir.store.grid.table;

/**
 * Where one of a block's records lies. A write's records are its own: no other write and no removal
 * of another write's block ever touches them.
 *
 * @param block the block key in hex
 * @param write the number of the put that wrote it, as {@link BlockEntry#write} says
 * @param index 0 for the header record, then the chunks
 */
public record RecordName(String block, long write, int index) {}
