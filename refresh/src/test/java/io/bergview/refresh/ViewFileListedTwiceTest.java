package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.RefusedException;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.RepeatedFiles;
import io.bergview.fixtures.RowFiles;
import io.bergview.maintain.CompactionResult;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.settings.MaintenanceLimits;
import io.bergview.staleness.Reason;
import io.bergview.verify.VerifyOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A view of which somebody has listed a data file twice: three files of four rows each, of items 0
 * to 3, 4 to 7 and 8 to 11.
 */
@Tag("long")
class ViewFileListedTwiceTest {
  private static final Schema ITEMS =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "qty", Types.LongType.get()));

  @TempDir Path folder;
  private TestProject project;
  private Table items;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    project.createNamespace("shop");
    items =
        project
            .catalog()
            .createTable(
                TableIdentifier.of("shop", "items"),
                ITEMS,
                PartitionSpec.unpartitioned(),
                Map.of(TableProperties.FORMAT_VERSION, "2"));
    project.write("types/shop.yaml", "$type: Item\n$table: shop.items\n$id: id\n");
  }

  @AfterEach
  void close() {
    project.close();
  }

  private void define(String projection) {
    project.define("Rows", "$from: Item\n$projection: " + projection + "\n");
    for (long from = 0; from < 12; from += 4) {
      RowFiles.append(items, items(from, from + 4));
      project.refresh("Rows");
    }
    assertThat(files()).hasSize(3);
  }

  private static List<Record> items(long from, long to) {
    return LongStream.range(from, to)
        .mapToObj(
            id -> {
              Record row = GenericRecord.create(ITEMS);
              row.setField("id", id);
              row.setField("qty", id);
              return row;
            })
        .toList();
  }

  /** In the order in which they were written. */
  private List<DataFile> files() {
    return RepeatedFiles.live(project.tableOf("Rows")).stream()
        .sorted(Comparator.comparing(DataFile::dataSequenceNumber))
        .toList();
  }

  private List<Object> ids() {
    return project.contents("Rows").stream().map(row -> (Object) row.get("id")).sorted().toList();
  }

  /** As a compaction with a fault: items 0 to 3 go, and 8 to 11 are there twice. */
  private String replaceTheFirstByTheLast() {
    String last = replaceFirst();
    assertThat(ids()).containsExactly(4L, 5L, 6L, 7L, 8L, 8L, 9L, 9L, 10L, 10L, 11L, 11L);
    return last;
  }

  private void change(long id) {
    CopyOnWrite.update(
        items,
        Expressions.equal("id", id),
        row -> {
          row.setField("qty", -id);
          return row;
        });
  }

  private void assertRecomputed() {
    assertThat(project.refreshFully("Rows").kind()).isEqualTo(RefreshKind.FULL);
    assertThat(ids()).isEqualTo(LongStream.range(0, 12).boxed().toList());
    assertThat(project.verify("Rows").equal()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"olap", "oltp", "both"})
  void aFileThatIsAppendedAgainIsAForeignWrite(String projection) {
    define(projection);
    RepeatedFiles.append(project.tableOf("Rows"), files().subList(0, 1));
    assertThat(project.state("Rows").reason()).isEqualTo(Reason.FOREIGN_WRITES);
    assertThat(project.failure("Rows").code()).isEqualTo(ErrorCode.FOREIGN_WRITES);
    assertRecomputed();
  }

  /** Rows of such a file have no place of their own, and a delete of one would take both. */
  @ParameterizedTest
  @ValueSource(strings = {"olap", "oltp", "both"})
  void aMergeIntoAFileThatIsListedTwiceIsRefused(String projection) {
    define(projection);
    String twice = replaceTheFirstByTheLast();
    change(5);
    project.refresh("Rows");
    change(9);
    List<Object> before = ids();
    BergviewException refused = project.failure("Rows");
    assertThat(refused.code()).isEqualTo(ErrorCode.FOREIGN_WRITES);
    assertThat(refused)
        .hasMessageContaining("more than once")
        .hasMessageContaining(twice)
        .hasMessageContaining("--full");
    assertThat(ids()).isEqualTo(before);
    assertRecomputed();
  }

  @Test
  void verifyingFindsTheCopiesAndDoesNotRepairThemRowByRow() {
    define("oltp");
    replaceTheFirstByTheLast();
    assertThat(project.verify("Rows").equal()).isFalse();
    assertThatThrownBy(() -> project.verify("Rows", VerifyOptions.defaults().repairing()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("more than once");
    assertRecomputed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"olap", "oltp", "both"})
  void compactionLeavesAFileThatIsListedTwiceAlone(String projection) {
    define(projection);
    RowFiles.append(items, items(20, 22));
    project.refresh("Rows");
    RowFiles.append(items, items(22, 24));
    project.refresh("Rows");
    String twice = replaceFirst();
    List<Object> before = ids();
    CompactionResult result =
        project
            .maintenance(Clock.systemUTC(), RefreshProgress.SILENT, MaintenanceLimits.defaults())
            .compact(MaintenanceRequest.of("Rows"))
            .done()
            .get(0);
    assertThat(result.filesRewritten()).isLessThanOrEqualTo(3);
    assertThat(ids()).isEqualTo(before);
    assertThat(files()).extracting(DataFile::location).filteredOn(twice::equals).hasSize(2);
  }

  private String replaceFirst() {
    Table view = project.tableOf("Rows");
    List<DataFile> files = files();
    view.newRewrite()
        .deleteFile(files.get(0))
        .addFile(RepeatedFiles.copy(view, files.get(2)))
        .commit();
    return files.get(2).location();
  }
}
