package dev.kvasir.decode.http;

/**
 * A request that must be refused, and how.
 *
 * @param param expected field, "null" for none
 * @param says part of the expected message
 */
record Mistake(String path, String body, String code, String param, String says) {
  static final String CHAT = "/v1/chat/completions";

  /** Body fields of a sound question. */
  static final String USER = "'messages':[{'role':'user','content':'Who?'}]";

  private static final int SHOWN = 80;

  /** A wrong value beside a sound question. */
  static Mistake chat(String fields, String param, String says) {
    return new Mistake(CHAT, "{" + USER + "," + fields + "}", "invalid_value", param, says);
  }

  /** A field beside a sound question that is not supported with this value. */
  static Mistake unsupported(String fields, String param, String says) {
    return new Mistake(CHAT, "{" + USER + "," + fields + "}", "unsupported_parameter", param, says);
  }

  /** Wrong messages. */
  static Mistake asked(String messages, String param, String says) {
    return new Mistake(CHAT, "{'messages':" + messages + "}", "invalid_value", param, says);
  }

  /** A wrong value at another endpoint. */
  static Mistake on(String path, String body, String param, String says) {
    return new Mistake(path, body, "invalid_value", param, says);
  }

  @Override
  public String toString() {
    return path + " " + body.substring(0, Math.min(SHOWN, body.length()));
  }
}
