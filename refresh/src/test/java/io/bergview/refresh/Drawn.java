package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.Seeds;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of the views that a random test has drawn. What is refused or fails proves nothing,
 * so that it may not be more than a share.
 */
final class Drawn {
  private static final int FEW = 3;
  private static final int MOST_REFUSED_PERCENT = 10;
  private static final int MOST_FAILED_PERCENT = 25;

  private final Map<String, Integer> refusals = new TreeMap<>();
  private final Map<String, Integer> failures = new TreeMap<>();
  private int defined;
  private int refused;
  private int compared;
  private int failed;

  void defined() {
    defined++;
  }

  /** A definition that cannot be registered: its types do not fit. */
  void refused(RuntimeException why) {
    refused++;
    refusals.merge(
        String.valueOf(why.getMessage()).lines().findFirst().orElse(""), 1, Integer::sum);
  }

  void compared() {
    compared++;
  }

  int comparisons() {
    return compared;
  }

  /** A view whose rows cannot be computed, by neither way: an overflow, a key that repeats. */
  void failed(RefreshOutcome outcome) {
    failed++;
    outcome
        .failures()
        .forEach(failure -> failures.merge(failure.error().code().name(), 1, Integer::sum));
  }

  /** To be called after all seeds. A few are let pass, as a build takes few seeds. */
  void assertMostCount() {
    if (!Seeds.arePreset()) {
      return;
    }
    assertThat(compared).as("comparisons made; %s", this).isPositive();
    assertThat(refused)
        .as("views that were refused: %s", refusals)
        .isLessThanOrEqualTo(FEW + (defined + refused) * MOST_REFUSED_PERCENT / 100);
    assertThat(failed)
        .as("comparisons for which the view failed; %s", this)
        .isLessThanOrEqualTo(FEW + (compared + failed) * MOST_FAILED_PERCENT / 100);
  }

  @Override
  public String toString() {
    return "%d views, %d refused; %d compared, %d failed: %s"
        .formatted(defined, refused, compared, failed, failures);
  }
}
