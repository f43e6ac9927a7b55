package io.bergview.pipeline.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.Project;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shared by all contexts of a project. */
class SharedPartsTest {
  @TempDir Path folder;

  private record Part(List<String> events) implements AutoCloseable {
    Part {
      events.add("made");
    }

    @Override
    public void close() {
      events.add("closed");
    }
  }

  @Test
  void itIsMadeOnceForAllAndClosedWithTheProject() throws Exception {
    Files.writeString(folder.resolve(Project.FILE), "");
    List<String> events = new ArrayList<>();
    ProjectContext context = ProjectContext.open(Project.open(folder), Clock.systemUTC());
    ProjectContext derived = context.forWorkers(2);
    Part part = derived.shared(Part.class, () -> new Part(events));
    assertThat(context.shared(Part.class, () -> new Part(events))).isSameAs(part);
    derived.close();
    assertThat(events).containsExactly("made");
    context.close();
    assertThat(events).containsExactly("made", "closed");
    assertThatThrownBy(() -> context.shared(Other.class, Other::new))
        .isInstanceOf(IllegalStateException.class);
  }

  private static final class Other implements AutoCloseable {
    @Override
    public void close() {}
  }
}
