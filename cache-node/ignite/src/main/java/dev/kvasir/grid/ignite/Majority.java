package dev.kvasir.grid.ignite;

import java.util.Collection;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.configuration.TopologyValidator;

/** Lets a cache be written only where more than half of the grid's data nodes see each other. */
final class Majority implements TopologyValidator {
  private static final long serialVersionUID = 1L;

  private final int dataNodes;

  /**
   * @param dataNodes how many data nodes the grid has when all are up; 0 asks for no majority
   */
  Majority(int dataNodes) {
    this.dataNodes = dataNodes;
  }

  @Override
  public boolean validate(Collection<ClusterNode> nodes) {
    long present = nodes.stream().filter(node -> !node.isClient()).count();
    return dataNodes == 0 || present > dataNodes / 2;
  }
}
