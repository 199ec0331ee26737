package dev.kvasir.decode.http;

import dev.kvasir.decode.Generator;
import dev.kvasir.engine.BlockEncoder;
import dev.kvasir.engine.ModelInfo;
import dev.kvasir.engine.prompt.PromptLayout;
import dev.kvasir.store.BlockStore;
import java.util.function.Function;

/**
 * What the API serves. All of it is borrowed and used from many threads.
 *
 * @param layouts the prompt layout of a tenant's requests
 * @param encoder answers from the store where it can
 */
public record ApiServices(
    Generator generator,
    Function<String, PromptLayout> layouts,
    ModelInfo model,
    BlockEncoder encoder,
    BlockStore store) {}
