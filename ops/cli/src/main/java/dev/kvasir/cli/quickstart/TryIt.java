package dev.kvasir.cli.quickstart;

import java.net.URI;

/** A command to copy. */
public final class TryIt {
  private TryIt() {}

  /** A curl line for a POSIX shell that asks a running server about one passage. */
  public static String curl(URI server) {
    return """
    curl -s %s/v1/chat/completions -H 'Content-Type: application/json' -d '%s'\
    """
        .formatted(server, body());
  }

  static String body() {
    return """
    {"temperature":0,"max_tokens":24,\
    "documents":[{"id":"1","title":"Heron Ferry","text":"The Heron Ferry crosses the bay at nine and at five. The captain is Ada Brook."}],\
    "messages":[{"role":"user","content":"Who is the captain of the Heron Ferry?"}]}\
    """;
  }
}
