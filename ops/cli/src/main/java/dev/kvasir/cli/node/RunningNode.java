package dev.kvasir.cli.node;

/** A process's share of the cluster, until it is closed. */
public interface RunningNode extends AutoCloseable {
  @Override
  void close();
}
