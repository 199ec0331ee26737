package dev.kvasir.bench.game;

/**
 * One turn.
 *
 * @param changed the part that is new, empty in the first turn
 * @param parts blocks of the state
 * @param encoded blocks that were not cached
 * @param tokens of the prompt
 */
public record GameTurn(
    int number,
    String changed,
    int parts,
    long encoded,
    int tokens,
    double blockMillis,
    double fullMillis) {}
