package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.fixtures.Tpch;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullRefreshTest {
  @TempDir Path folder;

  @Test
  void smoke() {
    try (TestProject project = TestProject.sqlite(folder)) {
      Shop.generate(project.catalog(), new Shop.Options(0.1, 1), Progress.SILENT);
      Tpch.generate(project.catalog(), new Tpch.Options(0.01), Progress.SILENT);
      for (int i = 0; i < 2; i++) {
        try {
          project.write("types", i == 0 ? Shop.entityTypes() : Tpch.entityTypes());
          project.write("views", i == 0 ? Shop.views() : Tpch.views());
          System.out.println(project.apply());
          RefreshOutcome outcome = project.refresh(RefreshRequest.ofAll());
          System.out.println(outcome.done());
          outcome.failures().forEach(f -> f.error().printStackTrace(System.out));
          for (RefreshResult r : outcome.done()) {
            System.out.println(project.view(r.view()).table().schema());
            project.rows(r.view()).stream().limit(5).forEach(System.out::println);
            System.out.println(project.state(r.view()).toJson());
          }
        } catch (RuntimeException e) {
          e.printStackTrace(System.out);
        }
      }
      assertThat(project.rows("PricingSummary")).hasSize(4);
    }
  }
}
