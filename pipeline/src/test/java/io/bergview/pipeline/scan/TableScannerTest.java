package io.bergview.pipeline.scan;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.MissingFileException;
import io.bergview.errors.SourceException;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RowContents;
import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.SchemaChanges;
import io.bergview.fixtures.Warehouses;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.SessionSettings;
import io.bergview.pipeline.cache.LocalFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.mapping.MappingUtil;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableScannerTest {
  private static final Schema SCHEMA =
      new Schema(
          required(1, "id", Types.LongType.get()), optional(2, "name", Types.StringType.get()));

  @TempDir static Path temp;
  private static JdbcCatalog catalog;
  private static DuckDbSession session;
  private static TableScanner scanner;

  @BeforeAll
  static void open() {
    catalog = Warehouses.sqlite(temp);
    catalog.createNamespace(Namespace.of("scan"));
    session = DuckDbSession.open(SessionSettings.defaults().withTempDirectory(temp).withThreads(2));
    scanner = new TableScanner(new LocalFiles(temp.resolve("cache"), 1 << 20, Clock.systemUTC()));
  }

  @AfterAll
  static void close() throws Exception {
    session.close();
    catalog.close();
  }

  @Test
  void aTableWithoutSnapshotsHasNoRows() {
    Table table = create("no_snapshot", SCHEMA);
    try (Relation relation = scanner.scan(session, table, OptionalLong.empty(), SCHEMA)) {
      assertThat(ScannedRows.of(session, relation)).isEmpty();
      assertThat(relation.size()).isEqualTo(new Relation.Size(0, 0, 0, 0));
    }
  }

  @Test
  void anExpiredSnapshotIsNamed() {
    Table table = create("expired", SCHEMA);
    SourceException refused =
        catchThrowableOfType(
            SourceException.class, () -> scanner.scan(session, table, OptionalLong.of(42), SCHEMA));
    assertThat(refused.code()).isEqualTo(ErrorCode.SOURCE_SNAPSHOT_EXPIRED);
    assertThat(refused).hasMessageContaining("42").hasMessageContaining("expired");
  }

  @Test
  void aDeletedFileRequiresReplanning() throws Exception {
    Table table = create("missing", SCHEMA);
    RowFiles.append(table, rows(SCHEMA, 0, 5));
    for (FileFormat format : List.of(FileFormat.PARQUET, FileFormat.AVRO)) {
      RowFiles.append(table, format, rows(SCHEMA, 0, 5));
      delete(table.currentSnapshot().addedDataFiles(table.io()).iterator().next().location());
      assertThatThrownBy(() -> scanner.scan(session, table, current(table), table.schema()))
          .isInstanceOf(MissingFileException.class);
    }
  }

  @Test
  void aFileDeletedAfterPlanningRequiresReplanning() throws Exception {
    Table table = create("missing_later", SCHEMA);
    RowFiles.append(table, rows(SCHEMA, 0, 5));
    try (Relation relation = scanner.scan(session, table, current(table), table.schema())) {
      delete(table.currentSnapshot().addedDataFiles(table.io()).iterator().next().location());
      assertThatThrownBy(() -> session.execute("SELECT count(c2) FROM " + relation.sql()))
          .isInstanceOf(MissingFileException.class);
    }
  }

  @Test
  void typesOfFormatThreeAreRefusedByName() {
    for (Types.NestedField field :
        List.of(
            optional(2, "v", Types.VariantType.get()),
            optional(2, "n", Types.TimestampNanoType.withoutZone()),
            optional(2, "s", Types.StructType.of(optional(3, "g", Types.GeometryType.crs84()))))) {
      Schema schema = new Schema(required(1, "id", Types.LongType.get()), field);
      Table table =
          catalog.createTable(
              TableIdentifier.of("scan", "v3_" + field.name()),
              schema,
              PartitionSpec.unpartitioned(),
              Map.of(TableProperties.FORMAT_VERSION, "3"));
      SourceException refused =
          catchThrowableOfType(
              SourceException.class,
              () -> scanner.scan(session, table, OptionalLong.empty(), table.schema()));
      assertThat(refused.code()).isEqualTo(ErrorCode.TYPE_UNSUPPORTED);
      assertThat(refused).hasMessageContaining("'" + field.name());
      try (Relation rest =
          scanner.scan(session, table, OptionalLong.empty(), table.schema().select("id"))) {
        assertThat(rest.size().rows()).isZero();
      }
    }
  }

  @Test
  void rowsKnowTheirFileAndPositionAlsoAmongDeletes() {
    for (FileFormat format : List.of(FileFormat.PARQUET, FileFormat.AVRO)) {
      Table table = create("places_" + format, SCHEMA);
      RowFiles.append(table, format, rows(SCHEMA, 0, 10));
      RowFiles.append(table, format, rows(SCHEMA, 10, 10));
      RowDeletes.byPosition(
          table, Expressions.or(Expressions.lessThan("id", 3L), Expressions.equal("id", 15L)));
      table.refresh();
      Schema places =
          new Schema(
              MetadataColumns.ROW_POSITION, SCHEMA.findField("id"), MetadataColumns.FILE_PATH);
      Map<Long, String> files = new HashMap<>();
      table
          .snapshots()
          .forEach(
              snapshot ->
                  snapshot
                      .addedDataFiles(table.io())
                      .forEach(file -> files.put((long) files.size() * 10, file.location())));
      try (Relation relation = scanner.scan(session, table, current(table), places)) {
        List<Map<String, Object>> rows = ScannedRows.of(session, relation);
        assertThat(rows).hasSize(16);
        assertThat(relation.size().rows()).isEqualTo(format == FileFormat.PARQUET ? 16 : 20);
        for (Map<String, Object> row : rows) {
          long id = (Long) row.get("id");
          assertThat(row.get("_pos")).isEqualTo(id % 10);
          assertThat(row.get("_file")).isEqualTo(files.get(id / 10 * 10));
        }
        String filtered =
            "SELECT * FROM " + relation.sql() + " WHERE c2147483646 = '" + files.get(10L) + "'";
        assertThat(ScannedRows.of(session, filtered, places)).hasSize(9);
      }
    }
  }

  @Test
  void rowsCanBeCountedWithoutAnyColumn() {
    for (FileFormat format : List.of(FileFormat.PARQUET, FileFormat.ORC)) {
      Table table = create("count_" + format, SCHEMA);
      RowFiles.append(table, format, rows(SCHEMA, 0, 7));
      try (Relation relation = scanner.scan(session, table, current(table), new Schema())) {
        Schema one = new Schema(required(1, "one", Types.IntegerType.get()));
        assertThat(ScannedRows.of(session, "SELECT * FROM " + relation.sql(), one)).hasSize(7);
      }
    }
  }

  @Test
  void pathsMayHoldAnything() throws Exception {
    for (String name : List.of("a b", "100%", "a%20b", "[x]", "q?*", "#'x\"", "ünï", "{a,b}")) {
      Table table = create("path", SCHEMA);
      Path file = parquet(temp.resolve("odd").resolve(name).resolve(name + ".parquet"), ids());
      addFile(table, "file://" + file, file, PartitionSpec.unpartitioned(), "");
      addFile(table, file.toString(), file, PartitionSpec.unpartitioned(), "");
      try (Relation relation = scanner.scan(session, table, current(table), table.schema())) {
        assertThat(ScannedRows.of(session, relation)).as(name).hasSize(6);
        assertThat(relation.size().filesByJava()).isZero();
      }
      catalog.dropTable(TableIdentifier.of("scan", "path"), false);
    }
  }

  @Test
  void aLocationThatIsAUriIsDecoded() throws Exception {
    Table table = create("uri", SCHEMA);
    Path file = parquet(temp.resolve("u r").resolve("x.parquet"), ids());
    addFile(table, file.toUri().toString(), file, PartitionSpec.unpartitioned(), "");
    try (Relation relation = scanner.scan(session, table, current(table), table.schema())) {
      assertThat(ScannedRows.of(session, relation)).hasSize(3);
    }
  }

  @Test
  void filesWithoutIdsGoByNameMapping() throws Exception {
    Table table = create("mapped", SCHEMA);
    table
        .updateProperties()
        .set(
            TableProperties.DEFAULT_NAME_MAPPING,
            NameMappingParser.toJson(MappingUtil.create(table.schema())))
        .commit();
    Path file = parquet(temp.resolve("mapped.parquet"), "");
    addFile(table, file.toString(), file, PartitionSpec.unpartitioned(), "");
    SchemaChanges.rename(table, "name", "title");
    table.refresh();
    try (Relation relation = scanner.scan(session, table, current(table), table.schema())) {
      assertThat(relation.size().filesByJava()).isZero();
      assertThat(ScannedRows.of(session, relation))
          .extracting(row -> row.get("title"))
          .containsExactlyInAnyOrder("n0", "n1", "n2");
    }
  }

  @Test
  void filesWithoutIdsAndMappingGoByPositionAsInIceberg() throws Exception {
    Table table = create("positional", SCHEMA);
    Path file = parquet(temp.resolve("positional.parquet"), "");
    addFile(table, file.toString(), file, PartitionSpec.unpartitioned(), "");
    compareWithIceberg(table);
  }

  @Test
  void aMigratedPartitionColumnIsOnlyInMetadata() throws Exception {
    Schema schema =
        new Schema(
            required(1, "id", Types.LongType.get()),
            optional(2, "name", Types.StringType.get()),
            optional(3, "day", Types.DateType.get()),
            optional(4, "kind", Types.StringType.get()));
    PartitionSpec spec = PartitionSpec.builderFor(schema).identity("day").identity("kind").build();
    Table table = catalog.createTable(TableIdentifier.of("scan", "hive"), schema, spec);
    table
        .updateProperties()
        .set(
            TableProperties.DEFAULT_NAME_MAPPING,
            NameMappingParser.toJson(MappingUtil.create(table.schema())))
        .commit();
    for (String partition :
        List.of(
            "day=1969-12-31/kind=it's",
            "day=2024-02-29/kind=b",
            "day=__HIVE_DEFAULT_PARTITION__/kind=c")) {
      Path file =
          parquet(temp.resolve("hive").resolve(partition.replace('/', '_')).resolve("x"), "");
      addFile(table, file.toString(), file, table.spec(), partition);
    }
    try (Relation relation = scanner.scan(session, table, current(table), table.schema())) {
      assertThat(relation.size().filesByJava()).isZero();
      assertThat(relation.sql()).doesNotContain("UNION ALL");
      assertThat(new HashSet<>(ScannedRows.of(session, relation)))
          .isEqualTo(new HashSet<>(RowContents.of(LiveRows.of(table))))
          .hasSize(9);
    }
  }

  @Test
  void aFieldAddedWithADefaultHasItInOlderFiles() {
    Table table =
        catalog.createTable(
            TableIdentifier.of("scan", "defaults"),
            SCHEMA,
            PartitionSpec.unpartitioned(),
            Map.of(TableProperties.FORMAT_VERSION, "3"));
    RowFiles.append(table, rows(table.schema(), 0, 3));
    table
        .updateSchema()
        .addColumn("more", Types.StringType.get(), "doc", Expressions.lit("it's"))
        .addColumn(
            "day",
            Types.DateType.get(),
            "doc",
            Expressions.lit("1969-12-30").to(Types.DateType.get()))
        .commit();
    RowFiles.append(table, rows(table.schema(), 3, 3));
    compareWithIceberg(table);
  }

  @Test
  void aColumnDroppedSinceCanBeReadWithTheSnapshotsSchema() {
    Table table = create("dropped", SCHEMA);
    RowFiles.append(table, rows(SCHEMA, 0, 3));
    table.refresh();
    OptionalLong before = current(table);
    RowDeletes.byEquality(table, Expressions.equal("name", "n1"), "name");
    SchemaChanges.drop(table, "name");
    table.refresh();
    try (Relation then = scanner.scan(session, table, before, SCHEMA);
        Relation now = scanner.scan(session, table, current(table), table.schema())) {
      assertThat(ScannedRows.of(session, then)).extracting(row -> row.get("name")).contains("n1");
      assertThat(ScannedRows.of(session, now)).hasSize(2);
    }
  }

  @Test
  void filesInWhichNothingMatchesAreNotRead() {
    Table table = create("pruned", SCHEMA);
    RowFiles.append(table, rows(SCHEMA, 0, 3));
    RowFiles.append(table, rows(SCHEMA, 100, 3));
    table.refresh();
    try (Relation relation =
        scanner.scan(session, table, current(table), SCHEMA, Expressions.greaterThan("id", 50L))) {
      assertThat(relation.size().files()).isOne();
      assertThat(ScannedRows.of(session, relation)).hasSize(3);
    }
  }

  @Test
  void closingARelationDropsItsTables() {
    Table table = create("released", SCHEMA);
    RowFiles.append(table, FileFormat.AVRO, rows(SCHEMA, 0, 3));
    RowFiles.append(table, rows(SCHEMA, 3, 3));
    RowDeletes.byPosition(table, Expressions.equal("id", 4L));
    table.refresh();
    Schema name = new Schema(required(1, "name", Types.StringType.get()));
    String tables = "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'bv_%'";
    assertThat(ScannedRows.of(session, tables, name)).isEmpty();
    try (Relation relation = scanner.scan(session, table, current(table), table.schema())) {
      assertThat(ScannedRows.of(session, tables, name)).hasSize(2);
      assertThat(ScannedRows.of(session, relation)).hasSize(5);
    }
    assertThat(ScannedRows.of(session, tables, name)).isEmpty();
  }

  private static Table create(String name, Schema schema) {
    return catalog.createTable(TableIdentifier.of("scan", name), schema);
  }

  private static List<Record> rows(Schema schema, long first, int count) {
    List<Record> rows = new ArrayList<>();
    for (long id = first; id < first + count; id++) {
      Record row = GenericRecord.create(schema);
      row.setField("id", id);
      row.setField("name", "n" + id);
      rows.add(row);
    }
    return rows;
  }

  private static String ids() {
    return ", FIELD_IDS {'id': 1, 'name': 2}";
  }

  /** Three rows, by DuckDB. */
  private static Path parquet(Path file, String options) throws IOException {
    Files.createDirectories(file.getParent());
    session.execute(
        "COPY (SELECT range AS id, 'n' || range AS name FROM range(3)) TO '%s' (FORMAT PARQUET%s)"
            .formatted(file.toString().replace("'", "''"), options));
    return file;
  }

  private static void addFile(
      Table table, String location, Path file, PartitionSpec spec, String partition)
      throws IOException {
    DataFiles.Builder builder =
        DataFiles.builder(spec)
            .withPath(location)
            .withFormat(FileFormat.PARQUET)
            .withFileSizeInBytes(Files.size(file))
            .withRecordCount(3);
    if (spec.isPartitioned()) {
      builder.withPartitionPath(partition);
    }
    table.newAppend().appendFile(builder.build()).commit();
    table.refresh();
  }

  private static void compareWithIceberg(Table table) {
    table.refresh();
    try (Relation relation = scanner.scan(session, table, current(table), table.schema())) {
      Set<Map<String, Object>> actual = new HashSet<>(ScannedRows.of(session, relation));
      assertThat(actual).isEqualTo(new HashSet<>(RowContents.of(LiveRows.of(table)))).isNotEmpty();
    }
  }

  private static OptionalLong current(Table table) {
    table.refresh();
    return OptionalLong.of(table.currentSnapshot().snapshotId());
  }

  private static void delete(String location) throws IOException {
    Files.delete(LocalFiles.inPlace(location).orElseThrow());
  }
}
