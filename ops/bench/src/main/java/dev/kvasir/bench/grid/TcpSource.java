package dev.kvasir.bench.grid;

import dev.kvasir.bench.BenchException;
import dev.kvasir.block.EncodedBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** One plain connection. Borrows the process. */
final class TcpSource implements Source {
  private final FarProcess process;
  private final RecordLine line;

  TcpSource(FarProcess process, List<EncodedBlock> blocks) {
    this.process = process;
    this.line = new RecordLine(process.line(), blocks);
    forget();
  }

  @Override
  public String name() {
    return "TCP, one NIO connection, direct buffers";
  }

  @Override
  public ProcessHandle far() {
    return process.handle();
  }

  @Override
  public void pull() {
    try {
      line.receive();
    } catch (IOException e) {
      throw new BenchException("the plain connection broke: " + e.getMessage());
    }
  }

  @Override
  public ByteBuffer record(int block, int record) {
    return line.record(block, record);
  }

  @Override
  public void forget() {
    line.wipe();
  }

  @Override
  public void close() {}
}
