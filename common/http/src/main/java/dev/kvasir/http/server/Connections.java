package dev.kvasir.http.server;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/** Ends connections whose clients do not read. */
public final class Connections {
  private Connections() {}

  /**
   * Closes a connection at once. Vert.x's own close first waits until everything written has been
   * sent, which a client that does not read puts off for ever.
   */
  public static void abort(HttpConnection connection) {
    if (connection instanceof HttpServerConnection server) {
      var _ = server.channelHandlerContext().close();
    } else {
      connection.close();
    }
  }
}
