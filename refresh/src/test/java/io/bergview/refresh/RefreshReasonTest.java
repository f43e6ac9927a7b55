package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.staleness.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RefreshReasonTest {
  private static final Path PAGE = Path.of("..", "docs", "incremental.md");

  @Test
  void everyStateOfAViewIsAReasonOfItsRefresh() {
    for (Reason state : Reason.values()) {
      assertThat(RefreshReason.of(state).name())
          .isEqualTo(state == Reason.NEVER_REFRESHED ? "FIRST_REFRESH" : state.name());
    }
  }

  @Test
  void thePageListsEachReasonOnce() throws IOException {
    List<String> listed = new ArrayList<>();
    for (String line : Files.readAllLines(PAGE)) {
      String first = line.startsWith("| `") ? line.split("\\|")[1] : "";
      Pattern.compile("`([A-Z_]+)`").matcher(first).results().forEach(c -> listed.add(c.group(1)));
    }
    assertThat(listed).doesNotHaveDuplicates();
    assertThat(listed.stream().map(RefreshReason::valueOf).toList())
        .containsExactlyInAnyOrderElementsOf(Set.copyOf(EnumSet.allOf(RefreshReason.class)));
  }
}
