package dev.kvasir.bench.grid;

import dev.kvasir.block.EncodedBlock;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection that carries records out of and into direct memory, blocking: the least that
 * moving the bytes between two processes can cost. The sender says its grid's port (int32) at
 * first; then each byte of the receiver asks for all records, each behind its length (int32).
 * Borrows the channel. Used by one thread.
 */
final class RecordLine {
  static final int SOCKET_BUFFER_BYTES = 1 << 20;

  private final SocketChannel channel;

  /** Of each block, each record behind its length. */
  private final List<List<ByteBuffer>> frames;

  /**
   * @param blocks what is sent, or what is going to be received: memory for it is taken at once
   */
  RecordLine(SocketChannel channel, List<EncodedBlock> blocks) {
    this.channel = channel;
    this.frames = blocks.stream().map(RecordLine::frames).toList();
  }

  private static List<ByteBuffer> frames(EncodedBlock block) {
    List<ByteBuffer> frames = new ArrayList<>();
    frames.add(frame(block.header()));
    block.chunks().forEach(chunk -> frames.add(frame(chunk)));
    return List.copyOf(frames);
  }

  private static ByteBuffer frame(byte[] record) {
    return ByteBuffer.allocateDirect(Integer.BYTES + record.length)
        .putInt(record.length)
        .put(record)
        .flip();
  }

  /** Sends the port, then all records as often as they are asked for. */
  void serve(int port) throws IOException {
    channel.write(ByteBuffer.allocate(Integer.BYTES).putInt(port).flip());
    ByteBuffer wish = ByteBuffer.allocateDirect(1);
    while (channel.read(wish.clear()) > 0) {
      for (List<ByteBuffer> block : frames) {
        for (ByteBuffer frame : block) {
          send(frame.rewind());
        }
      }
    }
  }

  private void send(ByteBuffer frame) throws IOException {
    while (frame.hasRemaining()) {
      channel.write(frame);
    }
  }

  /** Asks for all records and waits for them. */
  void receive() throws IOException {
    send(ByteBuffer.wrap(new byte[1]));
    for (List<ByteBuffer> block : frames) {
      for (ByteBuffer frame : block) {
        fill(channel, frame.clear());
      }
    }
  }

  static void fill(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException("the far process has gone");
      }
    }
  }

  /** What was received last: record 0 is the header's. Valid until the next one. */
  ByteBuffer record(int block, int record) {
    ByteBuffer frame = frames.get(block).get(record);
    return frame.slice(Integer.BYTES, frame.capacity() - Integer.BYTES);
  }

  /** Forgets what is held, so that only what is received can pass for it. */
  void wipe() {
    byte[] nothing = new byte[SOCKET_BUFFER_BYTES];
    for (List<ByteBuffer> block : frames) {
      for (ByteBuffer frame : block) {
        frame.clear();
        while (frame.hasRemaining()) {
          frame.put(nothing, 0, Math.min(nothing.length, frame.remaining()));
        }
      }
    }
  }
}
