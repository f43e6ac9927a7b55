package io.bergview.refresh;

import io.bergview.fixtures.ProtocolSteps;

/** Counts the phases of a refresh as {@link ProtocolSteps}. */
final class StepPhases implements RefreshProgress {
  @Override
  public void phase(String view, String phase) {
    ProtocolSteps.step("phase " + phase);
  }

  @Override
  public void advance(String view, double fraction, String detail) {}
}
