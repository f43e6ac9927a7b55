package io.bergview.imports;

import static io.bergview.imports.ImportProject.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.ConflictException;
import io.bergview.errors.DataException;
import io.bergview.errors.UsageException;
import io.bergview.imports.options.TableOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parquet files that become files of a table where they are. */
class InPlaceImportTest {
  @TempDir private Path folder;

  private ImportProject project;

  @BeforeEach
  void open() {
    project = ImportProject.create(folder);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private ImportResult place(String... sources) {
    return project.run(project.request(sources).stayingInPlace());
  }

  private void twoDays() {
    project.parquet("lake/day=2026-01-01/a b.parquet", "SELECT 1::BIGINT AS id, 'x' AS \"na me\"");
    project.parquet(
        "lake/day=2026-01-02/b.parquet", "SELECT 2::BIGINT AS id, NULL::VARCHAR AS \"na me\"");
  }

  @Test
  void rowsAreThoseOfTheFilesAndNoDataIsWritten() {
    twoDays();
    ImportResult result = place("lake");
    assertThat(result.rowsAdded()).isEqualTo(2);
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row("id", 1L, "na me", "x", "day", LocalDate.parse("2026-01-01")),
            row("id", 2L, "na me", null, "day", LocalDate.parse("2026-01-02")));
    assertThat(folder.resolve("warehouse/s/t/data")).doesNotExist();
    assertThat(project.table().properties()).containsEntry(TableProperties.GC_ENABLED, "false");
  }

  @Test
  void partitionsAndBoundsLeaveFilesOut() throws Exception {
    twoDays();
    place("lake");
    assertThat(filesWith("day", "2026-01-02")).isEqualTo(1);
    try (CloseableIterable<FileScanTask> tasks =
        project.table().newScan().filter(Expressions.equal("id", 1L)).planFiles()) {
      assertThat(tasks).hasSize(1);
    }
  }

  private long filesWith(String column, String day) throws Exception {
    try (CloseableIterable<FileScanTask> tasks =
        project.table().newScan().filter(Expressions.equal(column, day)).planFiles()) {
      return java.util.stream.StreamSupport.stream(tasks.spliterator(), false).count();
    }
  }

  @Test
  void filesOfTheTableAreNotTakenTwiceAndStay() {
    twoDays();
    place("lake");
    assertThat(place("lake").snapshotId()).isEmpty();
    assertThatThrownBy(() -> project.run(project.request("lake").stayingInPlace().takingAgain()))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("has 2 of the files already");
    assertThat(folder.resolve("lake/day=2026-01-02/b.parquet")).exists();
    assertThat(project.rows()).hasSize(2);
  }

  @Test
  void keyIsCheckedWithoutACopyOfTheRows() {
    project.parquet("a.parquet", "SELECT 1::BIGINT AS id UNION ALL SELECT 1");
    assertThatThrownBy(
            () ->
                project.run(
                    project
                        .request("a.parquet")
                        .stayingInPlace()
                        .withOptions(
                            new TableOptions(
                                Map.of(),
                                List.of("id"),
                                Optional.empty(),
                                Optional.empty(),
                                2,
                                false))))
        .isInstanceOfSatisfying(
            DataException.class,
            e -> assertThat(e.details()).containsExactly("id = 1 occurs 2 times in the files"));
    assertThat(project.hasTable()).isFalse();
    assertThat(folder.resolve("a.parquet")).exists();
  }

  @Test
  void whatOtherReadersWouldReadAsSomethingElseIsRefused() throws Exception {
    project.parquet("u.parquet", "SELECT 4000000000::UINTEGER AS u");
    project.parquet("n.parquet", "SELECT TIMESTAMP_NS '2026-01-01 00:00:00.000000001' AS n");
    Files.writeString(folder.resolve("x.parquet"), "no Parquet");
    assertThatThrownBy(() -> place("u.parquet"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Column u of file")
        .hasMessageContaining("is an unsigned integer");
    assertThatThrownBy(() -> place("n.parquet"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("timestamp of nanoseconds");
    assertThatThrownBy(() -> place("x.parquet"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cannot be read as Parquet");
    assertThat(project.hasTable()).isFalse();
  }

  @Test
  void otherPartitionsThanTheFoldersAreRefused() {
    twoDays();
    assertThatThrownBy(
            () ->
                project.run(
                    project
                        .request("lake")
                        .stayingInPlace()
                        .withOptions(
                            new TableOptions(
                                Map.of(),
                                List.of(),
                                Optional.of("bucket(4, id)"),
                                Optional.empty(),
                                2,
                                false))))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("partitioned by their folders");
  }

  @Test
  void tableThatMayDeleteItsFilesIsRemarkedOn() {
    project.parquet("a.parquet", "SELECT 1::BIGINT AS id");
    project.parquet("b.parquet", "SELECT 2::BIGINT AS id");
    project.run("a.parquet");
    assertThat(place("b.parquet").plan().remarks())
        .anyMatch(remark -> remark.contains("gc.enabled=false keeps them"));
    assertThat(project.rows()).containsExactlyInAnyOrder(row("id", 1L), row("id", 2L));
  }
}
