package io.bergview.settings;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.LeaseSetting;
import java.time.Duration;
import java.util.Optional;

/**
 * The leases of a project, where a view does not say.
 *
 * @param held whether views hold leases on the source snapshots that they have read
 * @param age how long a lease lasts without being renewed
 */
public record LeaseSettings(boolean held, Duration age) {
  public LeaseSettings {
    requireNonNull(age, "age is null");
    if (age.toMillis() <= 0) {
      throw new IllegalArgumentException("age is not positive: " + age);
    }
  }

  /** These, as far as a view says nothing else. */
  public LeaseSettings with(Optional<LeaseSetting> view) {
    return new LeaseSettings(
        view.map(LeaseSetting::held).orElse(held), view.flatMap(LeaseSetting::age).orElse(age));
  }
}
