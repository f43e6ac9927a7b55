package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.RowFiles;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.refresh.RefreshRequest;
import io.bergview.staleness.Freshness;
import io.bergview.verify.VerifyOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Properties of tables that somebody has set to what Iceberg cannot use. */
class TablePropertiesTest {
  private static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.optional(2, "kind", Types.StringType.get()));

  @TempDir private Path folder;
  private Bergview bergview;

  @BeforeEach
  void things() {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("types/Thing.yaml", "$type: Thing\n$table: odd.things\n$id: id\n");
    files.put(
        "views/Kinds.yaml",
        "$type: Kinds\n$from: Thing\n$groupBy: [kind]\n$compute: {n: {$count: '*'}}\n");
    bergview = Projects.create(folder, "settings: {memory-limit: 1GiB, threads: 2}\n", files);
    ((SupportsNamespaces) bergview.catalog("lake")).createNamespace(Namespace.of("odd"));
    bergview.catalog("lake").createTable(TableIdentifier.of("odd", "things"), SCHEMA);
    append(1);
    bergview.apply();
    bergview.refreshView(RefreshRequest.of("Kinds"));
  }

  @AfterEach
  void close() {
    bergview.close();
  }

  private void append(long id) {
    Record row = GenericRecord.create(SCHEMA);
    row.setField("id", id);
    row.setField("kind", "a");
    RowFiles.append(source(), List.of(row));
  }

  private Table source() {
    return bergview.catalog("lake").loadTable(TableIdentifier.of("odd", "things"));
  }

  private Table table() {
    return bergview.catalog("lake").loadTable(TableIdentifier.of("odd_views", "kinds"));
  }

  /** Past Iceberg's own checks, as a catalog server or an older engine may do it. */
  private static void set(Table table, Map<String, String> properties) {
    TableOperations operations = ((HasTableOperations) table).operations();
    TableMetadata base = operations.current();
    Map<String, String> all = new LinkedHashMap<>(base.properties());
    all.putAll(properties);
    operations.commit(base, base.replaceProperties(all));
  }

  @ParameterizedTest
  @CsvSource({
    "history.expire.min-snapshots-to-keep, abc",
    "history.expire.min-snapshots-to-keep, -5",
    "history.expire.min-snapshots-to-keep, 99999999999",
    "history.expire.max-snapshot-age-ms, 5d",
    "history.expire.max-ref-age-ms, 1.5",
    "commit.retry.num-retries, abc",
    "commit.retry.num-retries, -1",
    "commit.retry.min-wait-ms, ten",
    "commit.retry.max-wait-ms, 9999999999999",
    "commit.retry.total-timeout-ms, ''",
    "commit.status-check.num-retries, x",
    "commit.manifest.target-size-bytes, 8MB",
    "commit.manifest.target-size-bytes, 0",
    "commit.manifest.min-count-to-merge, many",
    "write.data.path, 1.5",
    "write.summary.partition-limit, all",
    "write.metadata.metrics.max-inferred-column-defaults, few",
  })
  void aPropertyOfAViewsTableThatACommitNeedsIsNamed(String name, String value) throws IOException {
    set(table(), Map.of(name, value));
    append(2);
    List<Path> before = files();
    assertNamed(
        bergview.refreshView(RefreshRequest.of("Kinds")).failures().get(0).error(), name, value);
    assertNamed(
        bergview.vacuumView(MaintenanceRequest.of("Kinds")).failures().get(0).error(), name, value);
    assertNamed(
        bergview.compactView(MaintenanceRequest.of("Kinds")).failures().get(0).error(),
        name,
        value);
    assertThat(files()).isEqualTo(before);
    assertThat(bergview.getViewState("Kinds").state()).isEqualTo(Freshness.STALE);
    assertThat(rows(bergview.find("Kinds"))).containsExactly(Map.of("kind", "a", "n", 2L));
    assertThat(bergview.dropView("Kinds").filesDeleted()).isPositive();
  }

  private static void assertNamed(BergviewException failure, String name, String value) {
    assertThat(failure.code()).as(failure.getMessage()).isEqualTo(ErrorCode.TABLE_PROPERTY_INVALID);
    assertThat(failure.getMessage())
        .startsWith(
            "Property '%s' of table odd_views.kinds is '%s', but must be".formatted(name, value))
        .endsWith("correct or unset it with the engine that set it");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> file.toString().contains("/data/"))
          .sorted()
          .toList();
    }
  }

  @Test
  void propertiesThatNothingHereReadsDoNotHinder() {
    Map<String, String> odd = new LinkedHashMap<>();
    for (String name :
        List.of(
            "read.split.target-size",
            "read.split.planning-lookback",
            "read.parquet.vectorization.batch-size",
            "write.parquet.row-group-size-bytes",
            "write.parquet.page-size-bytes",
            "write.target-file-size-bytes",
            "write.delete.target-file-size-bytes",
            "write.parquet.compression-level",
            "write.distribution-mode",
            "gc.enabled",
            "owner")) {
      odd.put(name, "abc");
    }
    set(table(), odd);
    odd.put("commit.retry.num-retries", "abc");
    odd.put("history.expire.min-snapshots-to-keep", "abc");
    odd.put("write.data.path", "1.5");
    append(2);
    set(source(), odd);
    assertThat(bergview.refreshView(RefreshRequest.of("Kinds")).failures()).isEmpty();
    assertThat(rows(bergview.find("Kinds"))).containsExactly(Map.of("kind", "a", "n", 2L));
    assertThat(rows(bergview.find("Thing"))).hasSize(2);
    assertThat(bergview.compactView(MaintenanceRequest.of("Kinds")).failures()).isEmpty();
    assertThat(bergview.vacuumView(MaintenanceRequest.of("Kinds")).failures()).isEmpty();
    assertThat(bergview.verifyView("Kinds", VerifyOptions.defaults()).equal()).isTrue();
  }

  @Test
  void anInvalidNameMappingIsReported() {
    set(source(), Map.of("schema.name-mapping.default", "{abc"));
    Throwable failure = catchThrowable(() -> rows(bergview.find("Thing")));
    assertThat(failure)
        .isInstanceOfSatisfying(
            BergviewException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_PROPERTY_INVALID));
    assertThat(failure)
        .hasMessageContainingAll(
            "Property 'schema.name-mapping.default'", "odd.things", "'{abc'", "name mapping");
  }
}
