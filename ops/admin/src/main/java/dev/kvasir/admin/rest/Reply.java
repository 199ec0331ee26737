package dev.kvasir.admin.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** An answer. */
public record Reply(int status, ObjectNode body) {
  static Reply ok(ObjectNode body) {
    return new Reply(200, body);
  }

  static Reply created(ObjectNode body) {
    return new Reply(201, body);
  }
}
