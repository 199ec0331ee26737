package dev.kvasir.store.grid.table;

import java.time.Duration;

/**
 * Bounds of a store's calls to its grid.
 *
 * @param getBytes bytes of record reads under way at the same time
 * @param putBytes bytes of record writes under way at the same time
 * @param readDeadline a get or lookup that takes longer fails
 * @param writeDeadline a put, removal, listing or count that takes longer fails
 */
public record GridLimits(
    long getBytes, long putBytes, Duration readDeadline, Duration writeDeadline) {}
