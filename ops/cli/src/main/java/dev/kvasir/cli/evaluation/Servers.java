package dev.kvasir.cli.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.bench.eval.EvalMode;
import dev.kvasir.bench.eval.EvalOutcome;
import dev.kvasir.bench.eval.Evaluation;
import dev.kvasir.bench.eval.Examiner;
import dev.kvasir.cli.api.ApiClient;
import dev.kvasir.cli.console.UserError;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Decode workers that serve the same model. Borrows the clients. */
public final class Servers {
  private final List<ApiClient> clients;
  private final String fingerprint;

  private Servers(List<ApiClient> clients, String fingerprint) {
    this.clients = clients;
    this.fingerprint = fingerprint;
  }

  /**
   * Asks each what it serves.
   *
   * @throws UserError if one does not answer, or they serve different models
   */
  public static Servers of(List<ApiClient> clients) {
    Set<String> fingerprints = new HashSet<>();
    for (ApiClient client : clients) {
      JsonNode model = client.models().path(0);
      fingerprints.add(model.path("fingerprint").asText());
    }
    if (fingerprints.size() != 1) {
      throw new UserError(
          "the servers serve different models or adapters: name those of one model by --url");
    }
    return new Servers(List.copyOf(clients), fingerprints.iterator().next());
  }

  /**
   * Evaluates, one question at a time at each.
   *
   * @throws UserError if a mode needs more than requests can say, or a server fails
   */
  public List<EvalOutcome> run(Evaluation evaluation, List<EvalMode> modes) throws IOException {
    modes.forEach(HttpExaminer::requireExpressible);
    List<Supplier<Examiner>> examiners =
        clients.stream()
            .<Supplier<Examiner>>map(client -> () -> new HttpExaminer(client, fingerprint))
            .toList();
    return evaluation.run(fingerprint, examiners);
  }
}
