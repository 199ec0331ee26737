package dev.kvasir.decode;

/**
 * What a local block cache holds and how it has done.
 *
 * @param bytes native memory of the kept blocks
 * @param misses lookups that had to load the block or to wait for one that was being loaded
 */
public record CacheStats(long blocks, long bytes, long hits, long misses, long evictions) {}
