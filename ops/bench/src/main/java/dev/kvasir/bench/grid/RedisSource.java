package dev.kvasir.bench.grid;

import dev.kvasir.block.EncodedBlock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;

/**
 * Redis with a value for each record, all asked for in one pipeline. Borrows the server, owns its
 * connection, whose buffer is larger than the client's usual 8 KiB.
 */
final class RedisSource implements Source {
  private static final String BUFFER = "jedis.bufferSize.input";
  private static final int BUFFER_BYTES = 256 * 1024;

  private final RedisServer server;
  private final Jedis jedis;
  private final String version;
  private final List<List<byte[]>> keys;
  private List<List<byte[]>> pulled = List.of();

  /** Stores the blocks, too. */
  RedisSource(RedisServer server, List<EncodedBlock> blocks) {
    System.setProperty(BUFFER, Integer.toString(BUFFER_BYTES));
    this.server = server;
    this.jedis = server.connect();
    this.version = version(jedis.info("server"));
    this.keys = blocks.stream().map(RedisSource::keys).toList();
    store(blocks);
  }

  private static String version(String info) {
    return info.lines()
        .filter(line -> line.startsWith("redis_version:"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  private static List<byte[]> keys(EncodedBlock block) {
    List<byte[]> keys = new ArrayList<>();
    for (int record = 0; record <= block.chunks().size(); record++) {
      keys.add((block.key().hex() + "/" + record).getBytes(StandardCharsets.US_ASCII));
    }
    return List.copyOf(keys);
  }

  private void store(List<EncodedBlock> blocks) {
    for (int block = 0; block < blocks.size(); block++) {
      jedis.set(keys.get(block).getFirst(), blocks.get(block).header());
      List<byte[]> chunks = blocks.get(block).chunks();
      for (int chunk = 0; chunk < chunks.size(); chunk++) {
        jedis.set(keys.get(block).get(chunk + 1), chunks.get(chunk));
      }
    }
  }

  @Override
  public String name() {
    return "redis-server %s, Jedis, one pipeline".formatted(version);
  }

  @Override
  public ProcessHandle far() {
    return server.handle();
  }

  @Override
  public void pull() {
    try (Pipeline pipeline = jedis.pipelined()) {
      List<List<Response<byte[]>>> answers =
          keys.stream().map(block -> block.stream().map(pipeline::get).toList()).toList();
      pipeline.sync();
      pulled = answers.stream().map(block -> block.stream().map(Response::get).toList()).toList();
    }
  }

  @Override
  public ByteBuffer record(int block, int record) {
    return ByteBuffer.wrap(pulled.get(block).get(record));
  }

  @Override
  public void forget() {
    pulled = List.of();
  }

  @Override
  public void close() {
    jedis.close();
  }
}
