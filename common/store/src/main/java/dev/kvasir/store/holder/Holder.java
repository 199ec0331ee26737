package dev.kvasir.store.holder;

/**
 * A node that has a block in its memory.
 *
 * @param member its id
 * @param owner whether it is the block's first owner; else it keeps a backup
 */
public record Holder(String member, boolean owner) {}
