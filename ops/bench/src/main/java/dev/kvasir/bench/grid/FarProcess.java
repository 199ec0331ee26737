package dev.kvasir.bench.grid;

import dev.kvasir.bench.BenchException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link FarMember}, with this process's flags, and the connection to it. Owns both. */
final class FarProcess implements AutoCloseable {
  private static final int SECONDS_TO_END = 20;

  private final Process process;
  private final SocketChannel line;
  private final int gridPort;

  private FarProcess(Process process, SocketChannel line) throws IOException {
    this.process = process;
    this.line = line;
    ByteBuffer port = ByteBuffer.allocate(Integer.BYTES);
    RecordLine.fill(line, port);
    this.gridPort = port.flip().getInt();
  }

  /**
   * Starts it; returns when its grid has all blocks.
   *
   * @throws BenchException if it does not come up; why is on standard error
   */
  static FarProcess start(GridKind kind, BlockSet blocks) {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.setOption(StandardSocketOptions.SO_RCVBUF, RecordLine.SOCKET_BUFFER_BYTES);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      Process process =
          new ProcessBuilder(command(kind, port, blocks))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      return accept(server, process);
    } catch (IOException e) {
      throw new BenchException(
          "the process with the %s member did not come up: is the heap enough? %s"
              .formatted(kind.label(), e));
    }
  }

  private static FarProcess accept(ServerSocketChannel server, Process process) throws IOException {
    var _ = process.onExit().thenRun(() -> stopWaiting(server));
    try {
      return new FarProcess(process, server.accept());
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static void stopWaiting(ServerSocketChannel server) {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> command(GridKind kind, int port, BlockSet blocks) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(FarMember.class.getName(), kind.name(), Integer.toString(port)));
    command.addAll(blocks.arguments());
    return command;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  SocketChannel line() {
    return line;
  }

  /** Where its grid is found. */
  int gridPort() {
    return gridPort;
  }

  @Override
  public void close() {
    try {
      line.close();
      if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
