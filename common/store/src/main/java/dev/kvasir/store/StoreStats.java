package dev.kvasir.store;

/** Size of a store, counted once per block whatever its backups. */
public record StoreStats(long blocks, long bytes) {}
