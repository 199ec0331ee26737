package dev.kvasir.http.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.http.error.ApiError;

/** OpenAI's error object: {@code {"error":{"message","type","param","code"}}}. */
public final class ErrorBody {
  private ErrorBody() {}

  public static ObjectNode of(ApiError error) {
    ObjectNode body = Json.object();
    body.putObject("error")
        .put("message", error.message())
        .put("type", error.type().wireName())
        .put("param", error.param())
        .put("code", error.code());
    return body;
  }
}
