package dev.kvasir.cli.faults;

import dev.kvasir.cli.api.Document;
import java.util.List;

/** A question over passages. */
record Prompt(int id, List<Document> documents, String question) {}
