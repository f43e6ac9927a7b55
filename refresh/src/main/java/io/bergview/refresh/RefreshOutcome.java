package io.bergview.refresh;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.BergviewException;
import java.util.List;

/**
 * What became of each view of a request. One view's failure does not keep others from being
 * refreshed, except those that read it.
 *
 * @param done in the order in which they were refreshed
 */
public record RefreshOutcome(List<RefreshResult> done, List<Failure> failures) {
  /**
   * A view that could not be refreshed; it is unchanged.
   *
   * @param view its name; if all views were requested and cannot be listed, the table or the
   *     catalog that cannot be read
   */
  public record Failure(String view, BergviewException error) {
    public Failure {
      requireNonNull(view, "view is null");
      requireNonNull(error, "error is null");
    }
  }

  public RefreshOutcome {
    done = List.copyOf(done);
    failures = List.copyOf(failures);
  }
}
