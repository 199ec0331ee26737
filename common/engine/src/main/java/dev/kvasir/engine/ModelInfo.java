package dev.kvasir.engine;

import dev.kvasir.block.KvGeometry;

/**
 * What the cluster needs to know of a loaded model.
 *
 * @param name as clients ask for it
 * @param fingerprint hex SHA-256 of weights, tokenizer, RoPE settings and numerics profile
 * @param contextTokens longest prompt plus answer
 * @param vocabulary number of token ids, and of logits
 */
public record ModelInfo(
    String name, String fingerprint, KvGeometry geometry, int contextTokens, int vocabulary) {}
