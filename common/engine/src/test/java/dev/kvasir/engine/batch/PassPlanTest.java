package dev.kvasir.engine.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.batch.PassPlan.Share;
import dev.kvasir.engine.kv.NativeKvSegment;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PassPlanTest {
  private final NativeKvSegment segment =
      new NativeKvSegment(new KvGeometry(1, 1, 16), ElementType.FLOAT16, 1, () -> {});

  @AfterEach
  void close() {
    segment.close();
  }

  @Test
  void of_nothingWaits_isEmpty() {
    assertThat(PassPlan.of(List.of(), 8)).isEmpty();
  }

  @Test
  void of_allFit_everythingRunsWithTheStepsFirst() {
    assertThat(shares(20, job(5), job(1), job(3, 4), job(1)))
        .containsExactly("1:1", "3:1", "0:5", "2:7");
  }

  @Test
  void of_oneLongPrompt_fillsThePass() {
    assertThat(shares(16, job(1_000))).containsExactly("0:16");
  }

  @Test
  void of_stepsOnly_fillThePassInOrderOfArrival() {
    assertThat(shares(3, job(1), job(1), job(1), job(1))).containsExactly("0:1", "1:1", "2:1");
  }

  @Test
  void of_moreStepsThanHalfThePass_leaveTheOtherHalfToPrompts() {
    Job[] jobs =
        Stream.concat(Stream.generate(() -> job(1)).limit(20), Stream.of(job(100)))
            .toArray(Job[]::new);
    List<String> shares = shares(8, jobs);
    assertThat(shares).hasSize(5).endsWith("20:4");
  }

  @Test
  void of_shortQuestionBehindLongPrompts_isServedWhole() {
    assertThat(shares(64, job(7_500), job(2_000), job(30))).containsExactly("0:32", "2:30", "1:2");
  }

  @Test
  void of_manyShortQuestionsBehindALongPrompt_leaveItHalfOfThePass() {
    assertThat(shares(40, job(7_500), job(10), job(10), job(10)))
        .containsExactly("0:20", "1:10", "2:10");
  }

  @Test
  void of_equalPrompts_areServedInOrderOfArrival() {
    assertThat(shares(100, job(100), job(100), job(100))).containsExactly("0:100");
  }

  @Test
  void of_oddRoom_goesToTheOldest() {
    assertThat(shares(3, job(9), job(2))).containsExactly("0:2", "1:1");
  }

  private List<String> shares(int tokens, Job... jobs) {
    List<Job> all = List.of(jobs);
    return PassPlan.of(all, tokens).stream().map(share -> text(all, share)).toList();
  }

  private static String text(List<Job> jobs, Share share) {
    return jobs.indexOf(share.job()) + ":" + share.tokens();
  }

  private Job job(int... sequences) {
    List<Sequence> batch =
        Arrays.stream(sequences)
            .mapToObj(n -> new Sequence(TokenIds.of(new int[n]), List.of(), segment, 0, true))
            .toList();
    return new Job(batch, () -> false, new ReentrantLock().newCondition());
  }
}
