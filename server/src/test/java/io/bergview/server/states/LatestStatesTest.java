package io.bergview.server.states;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.staleness.ViewStates;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Looks at views that overlap refreshes and each other. */
class LatestStatesTest {
  private static final ViewStates NONE = new ViewStates(List.of(), List.of());

  @Test
  void beforeTheFirstLookNothingIsKnownAndNothingIsOutdated() {
    LatestStates states = new LatestStates();
    states.changed("A");
    assertThat(states.get()).isEmpty();
    assertThat(states.outdated()).isEmpty();
    states.sawAll(NONE, states.begin());
    assertThat(states.get()).contains(NONE);
    assertThat(states.outdated()).isEmpty();
  }

  @Test
  void aLookThatBeganBeforeARefreshEndedHasNotSeenIt() {
    LatestStates states = new LatestStates();
    long begun = states.begin();
    states.changed("A");
    states.sawAll(NONE, begun);
    assertThat(states.outdated()).containsExactly("A");
    long again = states.begin();
    states.changed("A");
    states.saw("A", Optional.empty(), again);
    assertThat(states.outdated()).containsExactly("A");
    states.saw("A", Optional.empty(), states.begin());
    assertThat(states.outdated()).isEmpty();
  }
}
