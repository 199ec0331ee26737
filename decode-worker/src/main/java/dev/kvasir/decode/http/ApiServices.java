package dev.kvasir.decode.http;

import dev.kvasir.decode.BlockPath;
import dev.kvasir.decode.Generator;
import dev.kvasir.engine.BlockEncoder;
import dev.kvasir.engine.ModelInfo;
import dev.kvasir.engine.prompt.PromptLayout;
import dev.kvasir.store.BlockStore;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.BooleanSupplier;

/**
 * What the API serves. All of it is borrowed and used from many threads.
 *
 * @param blocks whether blocks may be used
 * @param encoder answers from the store where it can
 * @param ready whether requests can be answered now
 */
public record ApiServices(
    Generator generator,
    PromptLayout layout,
    ModelInfo model,
    BlockPath blocks,
    BlockEncoder encoder,
    BlockStore store,
    PrometheusMeterRegistry metrics,
    BooleanSupplier ready) {}
