package dev.kvasir.bench.grid;

import dev.kvasir.bench.BenchException;
import dev.kvasir.store.grid.join.FreePorts;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** A Redis of the benchmark's own, in memory only, on a free loopback port. Owns the process. */
final class RedisServer implements AutoCloseable {
  private static final int POLL_MILLIS = 20;
  private static final int POLLS = 500;

  private final Process process;
  private final int port;

  private RedisServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** The program in these folders, separated as in PATH. */
  static Optional<Path> find(String folders) {
    return Arrays.stream(folders.split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, "redis-server"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts it; returns when it answers. */
  static RedisServer start(Path program) {
    int port = FreePorts.find();
    List<String> command =
        List.of(
            program.toString(),
            "--bind",
            GridKind.HOST,
            "--port",
            Integer.toString(port),
            "--save",
            "",
            "--appendonly",
            "no");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      RedisServer server = new RedisServer(process, port);
      server.awaitAnswer();
      return server;
    } catch (IOException e) {
      throw new BenchException("%s did not start: %s".formatted(program, e.getMessage()));
    }
  }

  private void awaitAnswer() {
    for (int poll = 0; poll < POLLS && process.isAlive(); poll++) {
      try (Jedis jedis = connect()) {
        jedis.ping();
        return;
      } catch (JedisConnectionException e) {
        pause();
      }
    }
    process.destroy();
    throw new BenchException("redis-server does not answer");
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted");
    }
  }

  /** A connection; the caller closes it. */
  Jedis connect() {
    return new Jedis(GridKind.HOST, port);
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  @Override
  public void close() {
    process.destroy();
  }
}
