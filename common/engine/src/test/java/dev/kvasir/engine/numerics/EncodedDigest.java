package dev.kvasir.engine.numerics;

import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.TokenIds;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import dev.kvasir.engine.BlockInstaller;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.EngineOptions.Backend;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.Sequence.Placed;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.testing.TinyModel;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * SHA-256 over the canonical bytes of some blocks and the logits of a prompt over them, each block
 * installed from its bytes; computed over and over so that every compiler gets to it. Run as a
 * program in JVMs with different flags.
 */
public final class EncodedDigest implements AutoCloseable {
  private static final int[] LENGTHS = {1, 5, 16, 33, 130};
  private static final int FINAL_TOKENS = 21;

  private final GgufFile file;
  private final LlamaEngine engine;
  private final ArrowBlockCodec codec = new ArrowBlockCodec();
  private final BlockInstaller installer;
  private final boolean batched;

  private EncodedDigest(Path model, EngineOptions options, boolean batched) {
    file = GgufFile.open(model);
    engine = LlamaEngine.open(file, options);
    installer = new BlockInstaller(engine, codec);
    this.batched = batched;
  }

  /** Arguments: model file, element type, threads, repeats. Prints the digest. */
  public static void main(String[] arguments) {
    ElementType type = ElementType.valueOf(arguments[1]);
    int threads = Integer.parseInt(arguments[2]);
    int repeats = Integer.parseInt(arguments[3]);
    EngineOptions options = new EngineOptions(Backend.VECTOR, threads, type);
    System.out.println(of(Path.of(arguments[0]), options, repeats, true));
  }

  /**
   * Digest of every repeat; one that differs from the first is an error.
   *
   * @param batched whether the blocks behind the first one are encoded in one batch
   */
  static String of(Path model, EngineOptions options, int repeats, boolean batched) {
    try (EncodedDigest blocks = new EncodedDigest(model, options, batched)) {
      String first = blocks.once();
      for (int i = 1; i < repeats; i++) {
        String again = blocks.once();
        if (!again.equals(first)) {
          throw new IllegalStateException("repeat " + i + " differs: " + again + " " + first);
        }
      }
      return first;
    }
  }

  @Override
  public void close() {
    codec.close();
    engine.close();
    file.close();
  }

  private String once() {
    MessageDigest digest = sha256();
    List<Placed> context = new ArrayList<>();
    try (KvSegment own = engine.newSegment(FINAL_TOKENS)) {
      int start = 0;
      for (Encoded block : encode()) {
        block.bytes().chunks().forEach(digest::update);
        context.add(new Placed(block.installed(), start));
        start += block.installed().tokens();
      }
      Sequence last = new Sequence(tokens(99, FINAL_TOKENS), context, own, start, true);
      for (float logit : engine.forward(List.of(last)).getFirst()) {
        digest.update(ByteBuffer.allocate(Float.BYTES).putFloat(0, logit));
      }
    } finally {
      context.forEach(placed -> placed.segment().close());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** A block's canonical bytes, and the segment installed from them. */
  private record Encoded(EncodedBlock bytes, KvSegment installed) {}

  /** The first block alone, the others behind it: all in one batch, or each alone, last first. */
  private List<Encoded> encode() {
    Encoded first = encode(List.of(0), List.of()).getFirst();
    List<Placed> prefix = List.of(new Placed(first.installed(), 0));
    List<Encoded> blocks = new ArrayList<>();
    if (batched) {
      blocks.addAll(encode(List.of(1, 2, 3, 4), prefix));
    } else {
      for (int i = LENGTHS.length - 1; i > 0; i--) {
        blocks.addFirst(encode(List.of(i), prefix).getFirst());
      }
    }
    blocks.addFirst(first);
    return blocks;
  }

  private List<Encoded> encode(List<Integer> indices, List<Placed> prefix) {
    List<Sequence> batch = new ArrayList<>();
    int start = prefix.isEmpty() ? 0 : LENGTHS[0];
    for (int i : indices) {
      KvSegment own = engine.newSegment(LENGTHS[i]);
      batch.add(new Sequence(tokens(i, LENGTHS[i]), prefix, own, start, false));
    }
    engine.forward(batch);
    return batch.stream().map(this::written).toList();
  }

  private Encoded written(Sequence sequence) {
    BlockIdentity identity =
        new BlockIdentity(
            engine.model().fingerprint(),
            engine.elementType(),
            Optional.empty(),
            "tests",
            sequence.tokens());
    try (Arena arena = Arena.ofConfined();
        KvSegment own = sequence.own()) {
      EncodedBlock bytes = codec.encode(identity, own.rows(arena).to(engine.elementType(), arena));
      return new Encoded(bytes, installer.install(identity, bytes));
    }
  }

  private static TokenIds tokens(int seed, int count) {
    return TokenIds.of(new Random(seed).ints(count, 0, TinyModel.VOCABULARY).toArray());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
