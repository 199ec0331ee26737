package dev.kvasir.engine.batch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who gets how much of the next pass. Steps of answers come first, with up to half of it if others
 * wait. Of the rest, one half goes in order of arrival, so that everything is done in the end; the
 * other half to what is nearest its end, so that a short question is not behind a long prompt.
 */
final class PassPlan {
  /** The next {@code tokens} tokens of a job. */
  record Share(Job job, int tokens) {}

  private final Map<Job, Integer> granted = new LinkedHashMap<>();
  private int left;

  private PassPlan(int tokens) {
    left = tokens;
  }

  /** Shares out a pass of at most {@code tokens} tokens between jobs in order of arrival. */
  static List<Share> of(List<Job> jobs, int tokens) {
    PassPlan plan = new PassPlan(tokens);
    List<Job> steps = jobs.stream().filter(Job::isStep).toList();
    List<Job> others = jobs.stream().filter(job -> !job.isStep()).toList();
    plan.grant(steps, others.isEmpty() ? plan.left : plan.left / 2);
    plan.grant(others, (plan.left + 1) / 2);
    plan.grant(others.stream().sorted(Comparator.comparingInt(plan::wants)).toList(), plan.left);
    List<Share> shares = new ArrayList<>();
    plan.granted.forEach((job, share) -> shares.add(new Share(job, share)));
    return shares;
  }

  private void grant(List<Job> jobs, int tokens) {
    int room = tokens;
    for (Job job : jobs) {
      int share = Math.min(room, wants(job));
      if (share > 0) {
        granted.merge(job, share, Integer::sum);
        room -= share;
        left -= share;
      }
    }
  }

  private int wants(Job job) {
    return job.remaining() - granted.getOrDefault(job, 0);
  }
}
