package dev.kvasir.engine.batch;

import dev.kvasir.engine.Engine;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.batch.Job.Piece;
import dev.kvasir.engine.batch.PassPlan.Share;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One pass and what came of it. A pass that fails is run again for each job alone, so that one
 * job's trouble stays its own.
 */
final class PassRun {
  private final List<Part> parts = new ArrayList<>();

  /** A job's share in the pass. */
  private static final class Part {
    private final Job job;
    private final List<Piece> pieces;
    private final int tokensBefore;
    private List<float[]> results = List.of();
    private @Nullable Throwable failure;

    Part(Share share) {
      job = share.job();
      pieces = job.pieces(share.tokens());
      tokensBefore = tokensInSegments();
    }

    int tokensInSegments() {
      return pieces.stream().mapToInt(piece -> piece.part().own().tokens()).sum();
    }

    List<Sequence> sequences() {
      return pieces.stream().map(Piece::part).toList();
    }
  }

  PassRun(List<Share> shares) {
    shares.forEach(share -> parts.add(new Part(share)));
  }

  /** Computes; throws nothing, failures are kept for {@link #settle()}. */
  void run(Engine engine) {
    try {
      take(parts, engine);
    } catch (RuntimeException | Error e) {
      if (parts.size() == 1) {
        parts.getFirst().failure = e;
      } else {
        parts.forEach(part -> runAlone(part, engine, e));
      }
    }
  }

  private static void take(List<Part> parts, Engine engine) {
    List<float[]> results =
        engine.forward(parts.stream().flatMap(part -> part.sequences().stream()).toList());
    int at = 0;
    for (Part part : parts) {
      part.results = results.subList(at, at + part.pieces.size());
      at += part.pieces.size();
    }
  }

  /** Tokens that are in a segment already must not be appended twice. */
  private static void runAlone(Part part, Engine engine, Throwable together) {
    if (part.tokensInSegments() != part.tokensBefore) {
      part.failure = new IllegalStateException("a pass failed half way", together);
      return;
    }
    try {
      take(List.of(part), engine);
    } catch (RuntimeException | Error e) {
      part.failure = e;
    }
  }

  /** Tells the jobs. */
  void settle() {
    for (Part part : parts) {
      if (part.failure == null) {
        part.job.advance(part.pieces, part.results);
      } else {
        part.job.fail(part.failure);
      }
    }
  }
}
