package io.bergview.imports;

import static io.bergview.imports.ImportProject.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DataException;
import io.bergview.errors.UsageException;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, folders and types of the columns of Parquet files beside those of a table. */
class ParquetColumnsTest extends ParquetCase {
  @Test
  void namesThatDifferInCaseOnlyAreRefused() {
    write(
        "a.parquet",
        "optional int32 c; optional int32 C; optional int32 C_1;",
        r -> r.append("c", 1).append("C", 2).append("C_1", 3));
    write(
        "b.parquet",
        "optional group s { optional int32 c; optional int32 C; }",
        r -> r.addGroup("s").append("c", 1).append("C", 2));
    for (String file : List.of("a.parquet", "b.parquet")) {
      for (boolean inPlace : new boolean[] {false, true}) {
        ImportRequest request = project.request(file);
        assertThatThrownBy(() -> project.run(inPlace ? request.stayingInPlace() : request))
            .isInstanceOfSatisfying(
                DataException.class,
                e -> assertThat(e.code().name()).isEqualTo("IMPORT_COLUMNS_DIFFER"))
            .hasMessageContaining("differ in case only")
            .hasMessageContaining(file);
      }
    }
    assertThat(project.hasTable()).isFalse();
  }

  @Test
  void typeThatIsSaidBringsFilesTogether() {
    write("in/a.parquet", "optional int32 x;", r -> r.append("x", 7));
    write("in/b.parquet", "optional binary x (UTF8);", r -> r.append("x", "8.50"));
    project.run(project.request("in").withOptions(ImportProject.typed("x", "decimal(5,2)")));
    assertThat(project.values("x"))
        .containsExactlyInAnyOrder(new BigDecimal("7.00"), new BigDecimal("8.50"));
  }

  @Test
  void nestedColumnsCannotBeToldToBeNumbers() {
    write("a.parquet", "optional group s { optional int32 x; }", r -> r.addGroup(0).add(0, 1));
    assertThatThrownBy(
            () ->
                project.run(
                    project.request("a.parquet").withOptions(ImportProject.typed("s", "int"))))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("column s");
  }

  @Test
  void nestedColumnsAreWidenedToThoseOfTheTable() {
    write(
        "a.parquet",
        "optional group s { optional int64 x; optional binary t (UTF8); }",
        r -> r.addGroup(0).append("x", 1L).append("t", "a"));
    write(
        "b.parquet",
        "optional group s { optional int32 x; optional fixed_len_byte_array(16) t (UUID); }",
        r -> r.addGroup(0).append("x", 2).append("t", uuid(new UUID(0, 1))));
    project.run("a.parquet");
    project.run("b.parquet");
    assertThat(project.values("s"))
        .containsExactlyInAnyOrder(
            row("x", 1L, "t", "a"), row("x", 2L, "t", "00000000-0000-0000-0000-000000000001"));
  }

  @Test
  void namesOfIcebergsMetadataAreRefused() {
    write("a.parquet", "optional int32 _pos;", r -> r.add(0, 1));
    assertThatThrownBy(() -> project.run("a.parquet"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("column _pos")
        .hasMessageContaining("rename it");
    assertThat(project.hasTable()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void foldersOfAnyNameAreColumns(boolean inPlace) {
    for (int i = 0; i < 2; i++) {
      int value = i;
      write(
          "in/a,b=%1$d/day(x)=%1$d/ lead=%1$d/%%20%%3D=%1$d/x.y=%1$d/a.parquet".formatted(i),
          "optional int32 id;",
          r -> r.add(0, value));
    }
    ImportRequest request = project.request("in");
    project.run(inPlace ? request.stayingInPlace() : request);
    assertThat(project.scanned())
        .containsExactlyInAnyOrder(
            row("id", 0, "a,b", 0L, "day(x)", 0L, " lead", 0L, " =", 0L, "x.y", 0L),
            row("id", 1, "a,b", 1L, "day(x)", 1L, " lead", 1L, " =", 1L, "x.y", 1L));
    assertThat(project.table().spec().fields()).hasSize(5);
  }

  @Test
  void columnsWithDotsAreAdded() {
    write("a.parquet", "optional int32 id;", r -> r.append("id", 1));
    write(
        "b.parquet",
        "optional int32 id; optional int32 x.y; optional group x { optional int32 z; }",
        r -> r.append("id", 2).append("x.y", 3));
    project.run("a.parquet");
    project.run(project.request("b.parquet").withOptions(ImportProject.evolving()));
    assertThat(project.values("x.y")).containsExactlyInAnyOrder(null, 3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void columnsThatOneTableCannotHaveBesideEachOtherAreRefused(boolean inPlace) {
    write(
        "a.parquet",
        "optional int32 x.y; optional group x { optional int32 y; }",
        r -> r.append("x.y", 3));
    ImportRequest request = project.request("a.parquet");
    assertThatThrownBy(() -> project.run(inPlace ? request.stayingInPlace() : request))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("x.y");
    assertThat(project.hasTable()).isFalse();
  }

  @Test
  void columnThatATableCannotHaveBesideItsOwnIsRefused() {
    write("a.parquet", "optional group x { optional int32 y; }", r -> {});
    write("b.parquet", "optional int32 x.y;", r -> r.add(0, 1));
    project.run("a.parquet");
    assertThatThrownBy(
            () -> project.run(project.request("b.parquet").withOptions(ImportProject.evolving())))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("x.y");
  }

  @Test
  void escapesOfFoldersAreReadOneByOne() {
    for (String folder : List.of("100%", "a%2Fb%", "%zz%41", "%C3%BC", "%FF")) {
      write("in/c=" + folder + "/a.parquet", "optional int32 n;", r -> r.add(0, 1));
    }
    project.run("in");
    assertThat(project.values("c"))
        .containsExactlyInAnyOrder("100%", "a/b%", "%zzA", "\u00fc", "\u00ff");
  }
}
