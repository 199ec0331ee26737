package dev.kvasir.cli.quickstart;

import java.net.URI;

/** A command to copy. */
public final class TryIt {
  private TryIt() {}

  /**
   * A curl line for a POSIX shell that asks a running server about one passage.
   *
   * @param keyed whether it wants a key, which the line takes out of a variable
   */
  public static String curl(URI server, boolean keyed) {
    return """
    curl -s %s/v1/chat/completions %s-H 'Content-Type: application/json' -d '%s'\
    """
        .formatted(server, keyed ? "-H \"Authorization: Bearer $KVASIR_CLIENT_KEY\" " : "", body());
  }

  static String body() {
    return """
    {"temperature":0,"max_tokens":24,\
    "documents":[{"id":"1","title":"Heron Ferry","text":"The Heron Ferry crosses the bay at nine and at five. The captain is Ada Brook."}],\
    "messages":[{"role":"user","content":"Who is the captain of the Heron Ferry?"}]}\
    """;
  }
}
