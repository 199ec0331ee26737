package dev.kvasir.cli.faults.witness;

import dev.kvasir.cli.faults.witness.Operation.Delete;
import dev.kvasir.cli.faults.witness.Operation.Lease;
import dev.kvasir.cli.faults.witness.Operation.Read;
import dev.kvasir.cli.faults.witness.Operation.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Checks a history of operations on blocks. A store of immutable blocks promises less than a
 * register: a read may find nothing at any time. It promises that whatever is read was written
 * under that key, by a write that had begun; that a tombstone wins over older writes for everybody
 * from the moment it is there; and, where a grid says so, that a lease has one holder.
 */
final class HistoryCheck {
  private HistoryCheck() {}

  /**
   * What is wrong, a sentence each.
   *
   * @param foreign reads of bytes that nobody wrote, or not under that key, or not yet
   * @param buried reads of what a tombstone had taken
   * @param shared pairs of leases of one block whose holders had them at the same time
   */
  record Verdict(List<String> foreign, List<String> buried, List<String> shared) {}

  static Verdict check(Collection<Operation> history) {
    List<String> foreign = new ArrayList<>();
    List<String> buried = new ArrayList<>();
    List<String> shared = new ArrayList<>();
    Map<Integer, List<Operation>> blocks =
        history.stream().collect(Collectors.groupingBy(Operation::block));
    blocks
        .values()
        .forEach(block -> {
          List<Write> writes = of(Write.class, block);
          List<Delete> deletes = of(Delete.class, block);
          for (Read read : of(Read.class, block)) {
            judge(read, writes, deletes, foreign, buried);
          }
          overlaps(of(Lease.class, block), shared);
        });
    return new Verdict(foreign, buried, shared);
  }

  private static void judge(
      Read read,
      List<Write> writes,
      List<Delete> deletes,
      List<String> foreign,
      List<String> buried) {
    if (read.value() == Read.NOTHING) {
      return;
    }
    Optional<Write> source =
        writes.stream()
            .filter(write -> write.value() == read.value() && write.began() < read.ended())
            .findFirst();
    if (source.isEmpty()) {
      foreign.add("a read of bytes that were never written: " + read);
      return;
    }
    deletes.stream()
        .filter(Delete::done)
        .filter(delete -> source.get().began() < delete.began() && delete.ended() < read.began())
        .findFirst()
        .ifPresent(delete ->
            buried.add("%s found %s, which %s had taken".formatted(read, source.get(), delete)));
  }

  private static void overlaps(List<Lease> leases, List<String> shared) {
    List<Lease> ordered = leases.stream().sorted(Comparator.comparingLong(Lease::began)).toList();
    for (int i = 0; i < ordered.size(); i++) {
      for (int j = i + 1; j < ordered.size(); j++) {
        if (ordered.get(j).began() < ordered.get(i).ended()) {
          shared.add("%s and %s".formatted(ordered.get(i), ordered.get(j)));
        }
      }
    }
  }

  private static <T extends Operation> List<T> of(Class<T> kind, Collection<Operation> history) {
    return history.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
