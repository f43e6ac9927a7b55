package io.bergview.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.BergviewException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Disks that fill beside the warehouse: what is left of an import is nothing. For the warehouse
 * itself see {@link FailedImportTest}.
 */
class FullDiskTest {
  @TempDir private Path folder;

  @Test
  @EnabledOnOs(OS.LINUX)
  void nothingIsCommittedWhereRejectedRowsCannotBeWrittenDown() {
    try (ImportProject project = ImportProject.create(folder)) {
      project.write("a.csv", "id,x\n1,1\n2,bad\n");
      // Few rows, which are on their way to the disk until the end, and many.
      String many =
          IntStream.range(0, 2000).mapToObj(i -> i + ",bad").collect(Collectors.joining("\n"));
      project.write("b.csv", "id,x\n" + many + "\n");
      for (String name : List.of("a.csv", "b.csv")) {
        ImportRequest request =
            project
                .request(name)
                .withOptions(ImportProject.typed("x", "int"))
                .rejecting(5000, Optional.of(Path.of("/dev/full")));
        assertThatThrownBy(() -> project.run(request))
            .isInstanceOfSatisfying(
                BergviewException.class,
                e -> assertThat(e.code().name()).isEqualTo("STORAGE_FAILED"))
            .hasMessageContaining("Cannot write /dev/full: No space left on device");
        assertNothingIsThere(project);
        project.run(project.request(name).withOptions(ImportProject.typed("x", "string")));
        project.context().catalogs().catalog("lake").dropTable(table());
        ((SupportsNamespaces) project.context().catalogs().catalog("lake"))
            .dropNamespace(Namespace.of("s"));
      }
    }
  }

  private static TableIdentifier table() {
    return TableIdentifier.of("s", "t");
  }

  @Test
  void importThatNeedsMoreTemporarySpaceThanThereIsLeavesNothing() {
    try (ImportProject project =
        ImportProject.create(
            folder,
            "catalogs:\n  lake: {type: sqlite, warehouse: warehouse, local.sync: 'false'}\n"
                + "settings: {memory-limit: 64MiB, temp-limit: 1MiB, threads: 1}\n")) {
      project.parquet(
          "a.parquet",
          "SELECT range AS id, CAST(hash(range) AS VARCHAR) || CAST(hash(range + 1) AS VARCHAR) AS"
              + " x FROM range(2000000)");
      assertThatThrownBy(() -> project.run(project.upsert("a.parquet")))
          .isInstanceOfSatisfying(
              BergviewException.class, e -> assertThat(e.code().name()).isEqualTo("OUT_OF_MEMORY"));
      assertNothingIsThere(project);
    }
  }

  private static void assertNothingIsThere(ImportProject project) {
    assertThat(project.hasTable()).isFalse();
    assertThat(project.dataFiles()).isEmpty();
    assertThat(
            ((SupportsNamespaces) project.context().catalogs().catalog("lake"))
                .namespaceExists(Namespace.of("s")))
        .isFalse();
  }
}
