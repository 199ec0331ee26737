package dev.kvasir.cli.node;

import java.util.Locale;

/** The grid that the system tests run on: Ignite, unless a Maven profile says otherwise. */
final class TestGrid {
  private TestGrid() {}

  static NodeOptions.Grid chosen() {
    String name = System.getProperty("kvasir.tests.grid", "");
    return name.isEmpty()
        ? NodeOptions.Grid.IGNITE
        : NodeOptions.Grid.valueOf(name.toUpperCase(Locale.ROOT));
  }
}
