package io.bergview.maintain;

import io.bergview.refresh.RefreshOutcome;
import java.util.List;

/**
 * What became of each view of a request; one view's failure keeps no other from its turn.
 *
 * @param done in the order of the request, or by name
 */
public record MaintenanceOutcome<T>(List<T> done, List<RefreshOutcome.Failure> failures) {
  public MaintenanceOutcome {
    done = List.copyOf(done);
    failures = List.copyOf(failures);
  }
}
