package dev.kvasir.engine.prompt;

import java.util.Optional;

/** One retrieved text. The id names it in answers and never reaches the model. */
public record Passage(Optional<String> id, Optional<String> title, String text) {}
