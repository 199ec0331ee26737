package dev.kvasir.engine.numerics;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.KvRows;
import dev.kvasir.block.TokenIds;
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
import java.util.Random;

/**
 * SHA-256 over all keys, values and logits of some blocks and a prompt over them, computed over and
 * over so that every compiler gets to it. Run as a program in JVMs with different flags.
 */
public final class EncodedDigest {
  private static final int[] LENGTHS = {1, 5, 16, 33, 130};
  private static final int FINAL_TOKENS = 21;

  private EncodedDigest() {}

  /** Arguments: model file, threads, repeats. Prints the digest. */
  public static void main(String[] arguments) {
    int threads = Integer.parseInt(arguments[1]);
    int repeats = Integer.parseInt(arguments[2]);
    System.out.println(of(Path.of(arguments[0]), threads, repeats, true));
  }

  /** Digest of the last repeat; a repeat that differs from the first is an error. */
  static String of(Path model, int threads, int repeats, boolean batched) {
    EngineOptions options = new EngineOptions(Backend.VECTOR, threads, ElementType.FLOAT16);
    try (GgufFile file = GgufFile.open(model);
        LlamaEngine engine = LlamaEngine.open(file, options)) {
      String first = once(engine, batched);
      for (int i = 1; i < repeats; i++) {
        String again = once(engine, batched);
        if (!again.equals(first)) {
          throw new IllegalStateException("repeat " + i + " differs: " + again + " " + first);
        }
      }
      return first;
    }
  }

  private static String once(LlamaEngine engine, boolean batched) {
    List<KvSegment> blocks = encode(engine, batched);
    MessageDigest digest = sha256();
    try (Arena arena = Arena.ofConfined();
        KvSegment own = engine.newSegment(FINAL_TOKENS)) {
      List<Placed> context = new ArrayList<>();
      int start = 0;
      for (KvSegment block : blocks) {
        KvRows rows = block.rows(arena);
        digest.update(rows.k().asByteBuffer());
        digest.update(rows.v().asByteBuffer());
        context.add(new Placed(block, start));
        start += block.tokens();
      }
      Sequence last = new Sequence(tokens(99, FINAL_TOKENS), context, own, start, true);
      for (float logit : engine.forward(List.of(last)).getFirst()) {
        digest.update(ByteBuffer.allocate(Float.BYTES).putFloat(0, logit));
      }
    } finally {
      blocks.forEach(KvSegment::close);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The first block alone, the others behind it: all in one batch, or each alone, last first. */
  private static List<KvSegment> encode(LlamaEngine engine, boolean batched) {
    List<KvSegment> blocks = new ArrayList<>();
    List<Sequence> batch = new ArrayList<>();
    for (int i = 0; i < LENGTHS.length; i++) {
      KvSegment own = engine.newSegment(LENGTHS[i]);
      blocks.add(own);
      List<Placed> prefix = i == 0 ? List.of() : List.of(new Placed(blocks.getFirst(), 0));
      Sequence sequence =
          new Sequence(tokens(i, LENGTHS[i]), prefix, own, i == 0 ? 0 : LENGTHS[0], false);
      if (i == 0) {
        engine.forward(List.of(sequence));
      } else {
        batch.add(sequence);
      }
    }
    if (batched) {
      engine.forward(batch);
    } else {
      batch.reversed().forEach(sequence -> engine.forward(List.of(sequence)));
    }
    return blocks;
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
