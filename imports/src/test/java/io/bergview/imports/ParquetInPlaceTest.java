package io.bergview.imports;

import static io.bergview.imports.ImportProject.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DataException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Parquet files hold that can stay in place, and what cannot. */
class ParquetInPlaceTest extends ParquetCase {
  private static final List<String> OLD_FORMS =
      List.of(
          "optional group c (LIST) { repeated int32 array; }",
          "optional group c (LIST) { repeated group array { optional int32 x; } }",
          "optional group c (LIST) { repeated group c_tuple { optional int32 x; } }",
          "optional group c (LIST) { repeated group pair { optional int32 x; optional int32 y; } }",
          "optional group c { optional group x (LIST) { repeated int32 array; } }",
          "repeated int32 c;",
          "repeated group c { optional int32 x; }",
          "optional group c (LIST) { repeated group list { repeated int32 element; } }");

  @Test
  void listsOfOldWritersDoNotStayInPlace() {
    assertNoneStaysInPlace(OLD_FORMS);
  }

  private static final List<String> MISREAD =
      List.of(
          "optional int96 c;",
          "optional int32 c (UNKNOWN);",
          "optional group c { optional int96 x; }",
          "optional int32 c (INTEGER(8,false));",
          "optional int32 c (INTEGER(16,false));",
          "optional group c (LIST) { repeated group list { optional int32 element"
              + " (INTEGER(32,false)); } }",
          "optional group c (MAP) { repeated group key_value { required int64 key"
              + " (INTEGER(64,false)); optional int32 value; } }",
          "optional int64 c (TIMESTAMP(NANOS,true));",
          "optional int64 c (TIME(NANOS,false));",
          "optional int32 c (TIME(MILLIS,true));",
          "optional fixed_len_byte_array(2) c (FLOAT16);",
          "optional fixed_len_byte_array(12) c (INTERVAL);");

  @Test
  void whatOtherEnginesMisreadDoesNotStayInPlaceAtAnyDepth() {
    assertNoneStaysInPlace(MISREAD);
  }

  /** Each of these, as the one column {@code c} of a file. */
  private void assertNoneStaysInPlace(List<String> columns) {
    for (String column : columns) {
      write("a.parquet", column);
      assertThatThrownBy(() -> project.run(project.request("a.parquet").stayingInPlace()))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("Column c")
          .hasMessageContaining("import it without --in-place");
      assertThat(project.hasTable()).isFalse();
    }
  }

  @Test
  void nestedColumnsStayInPlaceWhateverMayBeNull() {
    UUID one = new UUID(1, 2);
    String form =
        "optional group s { %1$s int32 x; optional fixed_len_byte_array(16) u (UUID); } optional"
            + " group l (LIST) { repeated group list { %1$s group element { %1$s int32 y; } } }"
            + " optional group m (MAP) { repeated group key_value { required binary key (UTF8);"
            + " optional group value (LIST) { repeated group list { %1$s int64 element"
            + " (TIMESTAMP(MILLIS,true)); } } } }";
    Consumer<Group> row =
        r -> {
          r.addGroup("s").append("x", 1).append("u", uuid(one));
          r.addGroup("l").addGroup(0).addGroup(0).append("y", 2);
          r.addGroup("m").addGroup(0).append("key", "k").addGroup("value").addGroup(0).add(0, 0L);
        };
    write("in/a.parquet", form.formatted("required"), row);
    write("in/b.parquet", form.formatted("optional"), row, r -> {});
    project.run(project.request("in").stayingInPlace());
    Map<String, Object> full =
        row(
            "s",
            row("x", 1, "u", one),
            "l",
            List.of(row("y", 2)),
            "m",
            Map.of("k", List.of(at(LocalDate.EPOCH, 0))));
    assertThat(project.scanned())
        .containsExactlyInAnyOrder(full, full, row("s", null, "l", null, "m", null));
  }

  @Test
  void nullsOfFoldersAreNotKeys() {
    write("in/k=1/a.parquet", "optional int32 n;", r -> r.add(0, 1));
    write("in/k=__HIVE_DEFAULT_PARTITION__/a.parquet", "optional int32 n;", r -> r.add(0, 2));
    for (boolean inPlace : new boolean[] {false, true}) {
      ImportRequest request = project.request("in").withOptions(ImportProject.key("k"));
      assertThatThrownBy(() -> project.run(inPlace ? request.stayingInPlace() : request))
          .isInstanceOf(DataException.class);
      assertThat(project.hasTable()).isFalse();
    }
  }

  @Test
  void addedColumnDoesNotTakeTheNameThatFilesInPlaceHaveForAnother() {
    write("a.parquet", "optional int32 a;", r -> r.append("a", 1));
    project.run(project.request("a.parquet").stayingInPlace());
    project.table().updateSchema().renameColumn("a", "b").commit();
    assertThat(project.scanned()).containsExactly(row("b", 1));
    write("b.parquet", "optional int32 b; optional int32 a;", r -> r.append("a", 2).append("b", 3));
    ImportRequest request = project.request("b.parquet").withOptions(ImportProject.evolving());
    for (boolean inPlace : new boolean[] {false, true}) {
      assertThatThrownBy(() -> project.run(inPlace ? request.stayingInPlace() : request))
          .isInstanceOfSatisfying(
              DataException.class,
              e -> assertThat(e.code().name()).isEqualTo("IMPORT_COLUMNS_DIFFER"))
          .hasMessageContaining("a");
    }
    assertThat(project.scanned()).containsExactly(row("b", 1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nullsThatATableForbidsAtSomeDepthAreNotTaken(boolean inPlace) {
    ((SupportsNamespaces) project.context().catalogs().catalog("lake"))
        .createNamespace(Namespace.of("s"));
    project
        .context()
        .catalogs()
        .catalog("lake")
        .createTable(
            TableIdentifier.of("s", "t"),
            new Schema(
                Types.NestedField.optional(
                    1,
                    "s",
                    Types.StructType.of(
                        Types.NestedField.required(2, "x", Types.IntegerType.get()))),
                Types.NestedField.optional(
                    3, "l", Types.ListType.ofRequired(4, Types.IntegerType.get()))));
    String columns =
        "optional group s { optional int32 x; } optional group l (LIST) { repeated group list {"
            + " optional int32 element; } }";
    write("a.parquet", columns, r -> r.addGroup("s"), r -> {});
    write("b.parquet", columns, r -> r.addGroup("l").addGroup(0), r -> {});
    for (String file : List.of("a.parquet", "b.parquet")) {
      ImportRequest request = project.request(file);
      assertThatThrownBy(() -> project.run(inPlace ? request.stayingInPlace() : request))
          .isInstanceOf(DataException.class);
    }
    assertThat(project.table().currentSnapshot()).isNull();
    String whole =
        "optional group s { required int32 x; } optional group l (LIST) { repeated group list {"
            + " required int32 element; } }";
    write(
        "c.parquet",
        whole,
        r -> {
          r.addGroup("s").add(0, 1);
          r.addGroup("l").addGroup(0).add(0, 2);
        },
        r -> r.addGroup("l"));
    ImportRequest request = project.request("c.parquet");
    project.run(inPlace ? request.stayingInPlace() : request);
    assertThat(project.scanned())
        .containsExactlyInAnyOrder(
            row("s", row("x", 1), "l", List.of(2)), row("s", null, "l", List.of()));
  }
}
