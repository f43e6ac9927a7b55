package io.bergview.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.RandomImport;
import io.bergview.fixtures.RandomImport.Step;
import io.bergview.fixtures.Seeds;
import io.bergview.imports.options.ImportMode;
import io.bergview.imports.options.TableOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever Parquet files hold, and however they come into a table: its rows are those that were
 * written into the files, for Iceberg's own reader and for the one of views. {@code
 * -Dbergview.seed=17} runs one seed alone.
 */
@Tag("seeded")
class RandomImportsTest {
  private static final int FEW = 6;
  private static final Set<String> OCCURRED = new TreeSet<>();

  @TempDir private Path folder;

  static LongStream seeds() {
    return Seeds.of(FEW, 60);
  }

  @BeforeAll
  static void begin() {
    OCCURRED.clear();
  }

  @AfterAll
  static void everyKindOccurred() {
    Set<String> missing = new TreeSet<>(RandomImport.allKinds(false));
    missing.removeAll(OCCURRED);
    System.out.println("kinds that did not occur: " + missing);
    if (Seeds.arePreset()) {
      assertThat(missing).as("kinds that did not occur").isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void importedRowsAreThoseThatWereWritten(long seed) {
    try (ImportProject project = ImportProject.create(folder)) {
      RandomImport random = RandomImport.write(folder, seed, false);
      OCCURRED.addAll(random.kinds());
      for (Step step : random.steps()) {
        project.run(request(project, step, seed));
        String place = "seed %d, %s".formatted(seed, step.folder());
        assertThat(step.differences(project.rows())).as(place).isEmpty();
        assertThat(step.differences(project.scanned())).as(place).isEmpty();
      }
    }
  }

  private static ImportRequest request(ImportProject project, Step step, long seed) {
    boolean first = step.folder().equals("in0");
    boolean keyed = seed % 2 == 0 || step.mode() == RandomImport.Mode.UPSERT;
    ImportRequest request =
        project
            .request(step.folder())
            .withMode(ImportMode.valueOf(step.mode().name()))
            .withOptions(
                new TableOptions(
                    Map.of(),
                    keyed ? List.of("id") : List.of(),
                    first ? step.partition() : java.util.Optional.empty(),
                    step.sort(),
                    step.formatVersion(),
                    step.evolve()));
    return step.inPlace() ? request.stayingInPlace() : request;
  }
}
