package dev.kvasir.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.cli.api.Answer;
import dev.kvasir.cli.api.ApiClient;
import dev.kvasir.cli.api.Document;
import dev.kvasir.cli.api.Json;
import dev.kvasir.cli.console.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kvasir ask}. */
@Command(
    name = "ask",
    description = "Asks a running server a question over documents.",
    mixinStandardHelpOptions = true)
final class AskCommand implements Runnable {
  @Parameters(paramLabel = "QUESTION", description = "The question.")
  private String question = "";

  @Option(
      names = "--document",
      paramLabel = "FILE",
      description =
          "Text file that is one document, titled by its name; repeatable, in this order.")
  private List<Path> files = List.of();

  @Option(
      names = "--text",
      description = "Text of one more document, behind the files; repeatable.")
  private List<String> texts = List.of();

  @Option(
      names = "--mode",
      description = "auto, block or full (default: ${DEFAULT-VALUE}).",
      defaultValue = "auto")
  private String mode = "auto";

  @Option(
      names = "--max-tokens",
      description = "Longest answer (default: ${DEFAULT-VALUE}).",
      defaultValue = "128")
  private int maxTokens;

  @Option(names = "--json", description = "Print answer and figures as JSON.")
  private boolean json;

  @Mixin private ServerFlags server = new ServerFlags();

  @Override
  public void run() {
    try (ApiClient client = server.client()) {
      Answer answer = client.ask(question, documents(), mode, maxTokens);
      if (json) {
        System.out.println(object(answer));
      } else {
        System.out.println(answer.text().strip());
        System.err.printf(
            "kvasir: %d of %d tokens from the cache, %d computed, first token after %d ms%n",
            answer.cachedTokens(),
            answer.promptTokens(),
            answer.computedTokens(),
            answer.timeToFirstToken().toMillis());
      }
    }
  }

  private List<Document> documents() {
    List<Document> documents = new ArrayList<>();
    for (Path file : files) {
      documents.add(new Document(file.toString(), String.valueOf(file.getFileName()), read(file)));
    }
    for (String text : texts) {
      documents.add(new Document("text-" + documents.size(), "", text));
    }
    return documents;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UserError("%s cannot be read as UTF-8 text: check --document".formatted(file), e);
    }
  }

  private static ObjectNode object(Answer answer) {
    return Json.object()
        .put("text", answer.text())
        .put("prompt_tokens", answer.promptTokens())
        .put("cached_tokens", answer.cachedTokens())
        .put("computed_tokens", answer.computedTokens())
        .put("ttft_ms", answer.timeToFirstToken().toMillis());
  }
}
