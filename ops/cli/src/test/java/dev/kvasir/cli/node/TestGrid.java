package dev.kvasir.cli.node;

/** The grid that the system tests run on: Ignite, unless a Maven profile says otherwise. */
final class TestGrid {
  private TestGrid() {}

  static String chosen() {
    String name = System.getProperty("kvasir.tests.grid", "");
    return name.isEmpty() ? "ignite" : name;
  }
}
