package dev.kvasir.bench.grid;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.join.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A process of its own that is the one member of a grid, holds all blocks, and serves the same
 * records over a plain connection. Arguments: grid, port of the process that wants the blocks, and
 * a {@link BlockSet}. Ends with the connection.
 */
public final class FarMember {
  private static final BlockInfo INFO = new BlockInfo("bench", "bench", 0, Set.of(), Instant.EPOCH);

  private FarMember() {}

  public static void main(String[] arguments) throws IOException {
    GridKind kind = GridKind.valueOf(arguments[0]);
    List<String> rest = Arrays.asList(arguments).subList(2, arguments.length);
    List<EncodedBlock> blocks = BlockSet.parse(rest).encoded();
    int port = FreePorts.find();
    try (Grid grid = kind.member(port);
        SocketChannel line = SocketChannel.open()) {
      store(grid, blocks);
      line.setOption(StandardSocketOptions.SO_SNDBUF, RecordLine.SOCKET_BUFFER_BYTES);
      line.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1])));
      new RecordLine(line, blocks).serve(port);
    }
  }

  private static void store(Grid grid, List<EncodedBlock> blocks) {
    CompletableFuture.allOf(
            blocks.stream()
                .map(block -> grid.blocks().put(block, INFO))
                .toArray(CompletableFuture<?>[]::new))
        .join();
  }
}
