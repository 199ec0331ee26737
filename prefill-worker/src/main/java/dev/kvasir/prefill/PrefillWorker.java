package dev.kvasir.prefill;

import dev.kvasir.block.BlockCodec;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.engine.AheadEncoder;
import dev.kvasir.engine.BlockInstaller;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.OverloadedException;
import dev.kvasir.engine.kv.SharedSegment;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.prefill.lease.EncodeLeases;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.document.NamedDocuments;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encodes blocks into their canonical bytes and stores them. Concurrent requests for one key share
 * one encode; blocks that wait run together in ragged batches, each behind its prefix, which was
 * installed from its own canonical bytes. So a block's bytes do not depend on what came before it.
 *
 * <p>A future completes when the bytes exist; they reach the store meanwhile, and a store that
 * fails or hangs changes nothing but the counters. A full queue fails the future with {@link
 * OverloadedException}. Borrows engine, store and codec. Thread-safe.
 */
public final class PrefillWorker implements AheadEncoder, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PrefillWorker.class);

  /** The part of the places for waiting blocks that those may take for which nobody waits. */
  private static final int AHEAD_SHARE = 4;

  private final PrefillOptions options;
  private final PrefillMetrics metrics;
  private final EncodeTrace trace;
  private final KvGeometry geometry;
  private final StoreAccess store;
  private final NamedDocuments documents;
  private final EncodeRight right;
  private final BatchEncoder encoder;
  private final PrefixCache prefixes;
  private final EncodeQueue queue;
  private final Map<BlockKey, Encode> inFlight = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final Tasks tasks = new Tasks();
  private final Thread thread;

  /**
   * What a worker is made of.
   *
   * @param leases of all workers with such leases one encodes a block at a time
   */
  public record Parts(
      Engine engine,
      BlockCodec codec,
      BlockStore store,
      EncodeLeases leases,
      MeterRegistry registry,
      Tracer tracer) {}

  /** A worker that shares its store with no other one and is not traced. */
  public PrefillWorker(
      Engine engine,
      BlockCodec codec,
      BlockStore store,
      PrefillOptions options,
      MeterRegistry registry) {
    this(
        new Parts(
            engine, codec, store, EncodeLeases.none(), registry, TracerProvider.noop().get("none")),
        options);
  }

  /** Starts the worker's thread. */
  public PrefillWorker(Parts parts, PrefillOptions options) {
    this.options = options;
    BlockInstaller installer = new BlockInstaller(parts.engine(), parts.codec());
    metrics = new PrefillMetrics(parts.registry(), waiting::get);
    trace = new EncodeTrace(parts.tracer());
    geometry = parts.engine().model().geometry();
    store = new StoreAccess(parts.store(), installer, options, metrics);
    documents = new NamedDocuments(parts.store());
    metrics.watch(documents);
    right = new EncodeRight(store, parts.leases(), options, metrics);
    encoder = new BatchEncoder(parts.engine(), parts.codec());
    queue = new EncodeQueue(options.maxBatchTokens());
    prefixes =
        new PrefixCache(
            options.maxPrefixes(),
            (prefix, urgent) -> {
              EncodedBlock bytes = shared(prefix, urgent).bytes().join();
              return new SharedSegment(installer.install(prefix.identity(), bytes));
            });
    thread = Thread.ofPlatform().name("kvasir-prefill").start(this::run);
  }

  @Override
  public CompletableFuture<EncodedBlock> encode(CacheableBlock block) {
    return refused(block, options.maxWaitingBlocks())
        .<CompletableFuture<EncodedBlock>>map(CompletableFuture::failedFuture)
        .orElseGet(() -> shared(block, true).bytes().copy());
  }

  @Override
  public CompletableFuture<Outcome> encodeAhead(CacheableBlock block) {
    return refused(block, Math.max(1, options.maxWaitingBlocks() / AHEAD_SHARE))
        .<CompletableFuture<Outcome>>map(CompletableFuture::failedFuture)
        .orElseGet(() -> shared(block, false).outcome().copy());
  }

  private Optional<OverloadedException> refused(CacheableBlock block, int places) {
    int waits = waiting.get();
    return waits < places || inFlight.containsKey(block.key())
        ? Optional.empty()
        : Optional.of(new OverloadedException(waits + " blocks wait to be encoded already"));
  }

  private Encode shared(CacheableBlock block, boolean urgent) {
    Encode fresh = Encode.begin(urgent);
    Encode running = inFlight.putIfAbsent(block.key(), fresh);
    if (running != null) {
      metrics.coalesced();
      Span.current().addEvent("joined an encode that runs");
      documents.named(block.key(), block.documents());
      if (urgent) {
        running.hurry();
        hurryPrefix(block);
      }
      return running;
    }
    waiting.incrementAndGet();
    var _ = fresh.bytes().whenComplete((_, _) -> waiting.decrementAndGet());
    queue.announce();
    if (!tasks.start(() -> prepare(block, fresh))) {
      queue.settle();
      fail(block, fresh, closed());
    }
    return fresh;
  }

  private void prepare(CacheableBlock block, Encode encode) {
    try {
      switch (decide(block, encode)) {
        case EncodeRight.Found(EncodedBlock stored) -> {
          documents.named(block.key(), block.documents());
          inFlight.remove(block.key(), encode);
          encode.found(stored);
        }
        case EncodeRight.Granted granted ->
            enqueue(new EncodeJob(block, granted, prefix(block, encode), encode));
      }
    } catch (RuntimeException | Error e) {
      fail(block, encode, e);
    } finally {
      queue.settle();
    }
  }

  private Optional<SharedSegment> prefix(CacheableBlock block, Encode encode) {
    if (encode.isUrgent()) {
      hurryPrefix(block);
    }
    return block.prefix().map(prefix -> prefixes.acquire(prefix, encode.isUrgent()));
  }

  /** Others may be encoding it for whom there was no hurry. */
  private void hurryPrefix(CacheableBlock block) {
    block.prefix().map(prefix -> inFlight.get(prefix.key())).ifPresent(Encode::hurry);
  }

  private EncodeRight.Decision decide(CacheableBlock block, Encode encode) {
    Span span = trace.lookup(block, encode);
    try {
      return right.toEncode(block, encode);
    } finally {
      span.end();
    }
  }

  private void enqueue(EncodeJob job) {
    if (!queue.offer(job)) {
      abandon(job, closed());
    }
  }

  private void run() {
    try {
      for (List<EncodeJob> batch = queue.take(); !batch.isEmpty(); batch = queue.take()) {
        encode(batch);
      }
    } catch (InterruptedException e) {
      LOG.warn("the prefill thread was interrupted: queued blocks are refused");
      queue.close().forEach(job -> abandon(job, closed()));
    }
  }

  private void encode(List<EncodeJob> batch) {
    Timer.Sample since = metrics.start();
    Instant begun = Instant.now();
    List<EncodedBlock> blocks;
    try {
      blocks = encoder.encode(batch);
    } catch (RuntimeException | Error e) {
      retryAlone(batch, e);
      return;
    }
    metrics.encoded(since);
    trace.encoded(batch, begun);
    for (int i = 0; i < batch.size(); i++) {
      deliver(batch.get(i), blocks.get(i));
    }
  }

  /** One bad block must not fail those that ran with it. */
  private void retryAlone(List<EncodeJob> batch, Throwable failure) {
    if (batch.size() > 1) {
      batch.forEach(job -> encode(List.of(job)));
      return;
    }
    LOG.warn("block={} could not be encoded", batch.getFirst().block().key(), failure);
    abandon(batch.getFirst(), failure);
  }

  private void deliver(EncodeJob job, EncodedBlock bytes) {
    job.releasePrefix();
    metrics.encoded(job.tokens(), bytes.sizeBytes(), rawBytes(job));
    var _ = right.store(job, bytes).thenAccept(stored -> end(job, stored));
    if (!tasks.start(() -> job.encode().bytes().complete(bytes))) {
      job.encode().bytes().complete(bytes);
    }
  }

  private long rawBytes(EncodeJob job) {
    return geometry.bytes(job.tokens(), job.block().identity().elementType());
  }

  private void end(EncodeJob job, Stored stored) {
    inFlight.remove(job.block().key(), job.encode());
    CompletableFuture<Outcome> outcome = job.encode().outcome();
    switch (stored) {
      case YES -> outcome.complete(Outcome.ENCODED);
      case REFUSED -> outcome.complete(Outcome.REFUSED);
      case NO -> outcome.complete(Outcome.NOT_STORED);
    }
  }

  private void abandon(EncodeJob job, Throwable failure) {
    job.releasePrefix();
    job.right().lease().release();
    fail(job.block(), job.encode(), failure);
  }

  private void fail(CacheableBlock block, Encode encode, Throwable failure) {
    inFlight.remove(block.key(), encode);
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    encode.fail(cause);
  }

  private static IllegalStateException closed() {
    return new IllegalStateException("the prefill worker is closed");
  }

  /** Finishes the batch that runs, fails what is queued, waits for puts until their deadline. */
  @Override
  public void close() {
    tasks.refuseNew();
    queue.close().forEach(job -> abandon(job, closed()));
    joinThread();
    tasks.await();
    prefixes.clear();
    store.awaitPuts();
    documents.close();
  }

  private void joinThread() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
