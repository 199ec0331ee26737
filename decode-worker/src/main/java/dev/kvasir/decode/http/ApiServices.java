package dev.kvasir.decode.http;

import dev.kvasir.decode.BlockPath;
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
 * @param blocks whether blocks may be used
 * @param encoder answers from the store where it can
 */
public record ApiServices(
    Generator generator,
    Function<String, PromptLayout> layouts,
    ModelInfo model,
    BlockPath blocks,
    BlockEncoder encoder,
    BlockStore store) {}
