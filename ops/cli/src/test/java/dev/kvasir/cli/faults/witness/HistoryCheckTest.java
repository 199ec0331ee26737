package dev.kvasir.cli.faults.witness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.cli.faults.witness.HistoryCheck.Verdict;
import dev.kvasir.cli.faults.witness.Operation.Delete;
import dev.kvasir.cli.faults.witness.Operation.Lease;
import dev.kvasir.cli.faults.witness.Operation.Read;
import dev.kvasir.cli.faults.witness.Operation.Write;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryCheckTest {
  private static final Write WRITE = new Write(1, 7, true, 10, 20);
  private static final Write LOST = new Write(1, 8, false, 10, Long.MAX_VALUE);
  private static final Delete DELETE = new Delete(1, true, 30, 40);

  private static Verdict check(Operation... history) {
    return HistoryCheck.check(List.of(history));
  }

  private static void assertFine(Operation... history) {
    Verdict verdict = check(history);
    assertThat(verdict.foreign()).isEmpty();
    assertThat(verdict.buried()).isEmpty();
    assertThat(verdict.shared()).isEmpty();
  }

  @Test
  void findingWhatWasWrittenOrNothingIsFine() {
    assertFine(WRITE, new Read(1, 7, 21, 22), new Read(1, Read.NOTHING, 23, 24));
  }

  @Test
  void aWriteMayBeSeenBeforeItsAnswerAndAfterItFailed() {
    assertFine(WRITE, new Read(1, 7, 5, 11), LOST, new Read(1, 8, 50, 60));
  }

  @Test
  void bytesOfNobodyAreForeign() {
    assertThat(check(WRITE, new Read(1, Read.UNKNOWN, 21, 22)).foreign()).hasSize(1);
  }

  @Test
  void bytesOfAnotherBlockAreForeign() {
    assertThat(check(WRITE, new Read(2, 7, 21, 22)).foreign()).hasSize(1);
  }

  @Test
  void bytesOfAWriteToComeAreForeign() {
    assertThat(check(WRITE, new Read(1, 7, 5, 9)).foreign()).hasSize(1);
  }

  @Test
  void whatATombstoneTookIsNotRead() {
    assertThat(check(WRITE, DELETE, new Read(1, 7, 41, 42)).buried()).hasSize(1);
    assertThat(check(LOST, DELETE, new Read(1, 8, 41, 42)).buried()).hasSize(1);
  }

  @Test
  void aReadBesideTheDeletionMayFindIt() {
    assertFine(WRITE, DELETE, new Read(1, 7, 35, 42));
  }

  @Test
  void aLaterWriteIsNotTaken() {
    assertFine(DELETE, new Write(1, 9, true, 35, 45), new Read(1, 9, 50, 51));
  }

  @Test
  void aDeletionWithoutAnAnswerProvesNothing() {
    assertFine(WRITE, new Delete(1, false, 30, Long.MAX_VALUE), new Read(1, 7, 41, 42));
  }

  @Test
  void aLeaseHasOneHolder() {
    assertThat(check(new Lease(1, "a", 10, 20), new Lease(1, "b", 15, 25)).shared()).hasSize(1);
    assertFine(new Lease(1, "a", 10, 20), new Lease(1, "b", 21, 25), new Lease(2, "b", 12, 18));
  }
}
