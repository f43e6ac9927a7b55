package io.bergview.imports;

import static io.bergview.imports.ImportProject.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DataException;
import io.bergview.fixtures.ParquetGroups;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which Parquet files hold rows, those of old writers and damaged ones included. */
class ParquetFormsTest extends ParquetCase {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void pagesWithAndWithoutDictionariesAreRead(boolean dictionary) {
    ParquetGroups groups =
        ParquetGroups.of("message m { optional binary s (UTF8); optional int64 n; }");
    Consumer<Group> row = r -> r.append("s", "the same").append("n", 7L);
    (dictionary ? groups : groups.withoutDictionary())
        .write(folder.resolve("a.parquet"), row, row, r -> {}, row);
    project.run("a.parquet");
    assertThat(project.values("s"))
        .containsExactlyInAnyOrder("the same", "the same", "the same", null);
    assertThat(project.values("n")).containsExactlyInAnyOrder(7L, 7L, 7L, null);
  }

  private static final String OLD_LISTS =
      "optional group ints (LIST) { repeated int32 array; } optional group structs (LIST) {"
          + " repeated group array { optional int32 x; } } optional group named (LIST) { repeated"
          + " group named_tuple { optional int32 x; } } optional group pairs (LIST) { repeated"
          + " group pair { optional int32 x; optional int32 y; } } optional group bags (LIST) {"
          + " repeated group bag { optional group array_element { optional int32 x; } } } optional"
          + " group deep { optional group l (LIST) { repeated group array { optional group only"
          + " (LIST) { repeated group array { optional int32 x; } } } } } optional group m (MAP) {"
          + " repeated group map (MAP_KEY_VALUE) { required binary key (UTF8); optional int32"
          + " value; } }";

  @Test
  void listsAndMapsOfOldWritersAreRead() {
    write(
        "a.parquet",
        OLD_LISTS,
        r -> {
          r.addGroup("ints").append("array", 1).append("array", 2);
          Group structs = r.addGroup("structs");
          structs.addGroup(0).append("x", 3);
          structs.addGroup(0);
          r.addGroup("named").addGroup(0).append("x", 4);
          r.addGroup("pairs").addGroup(0).append("x", 5).append("y", 6);
          r.addGroup("bags").addGroup(0).addGroup(0).append("x", 7);
          r.addGroup("deep").addGroup(0).addGroup(0).addGroup(0).addGroup(0).append("x", 8);
          r.addGroup("m").addGroup(0).append("key", "k").append("value", 9);
        },
        r -> {
          r.addGroup("ints");
          r.addGroup("structs");
        });
    project.run("a.parquet");
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row(
                "ints",
                List.of(1, 2),
                "structs",
                List.of(row("x", 3), row("x", null)),
                "named",
                List.of(row("x", 4)),
                "pairs",
                List.of(row("x", 5, "y", 6)),
                "bags",
                List.of(row("x", 7)),
                "deep",
                row("l", List.of(row("only", List.of(row("x", 8))))),
                "m",
                Map.of("k", 9)),
            row(
                "ints", List.of(), "structs", List.of(), "named", null, "pairs", null, "bags", null,
                "deep", null, "m", null));
  }

  @Test
  void repeatedFieldsWithoutAListAreLists() {
    write(
        "a.parquet",
        "repeated int32 ints; repeated group structs { optional int32 x; }",
        r -> {
          r.append("ints", 1).append("ints", 2);
          r.addGroup("structs").append("x", 3);
        });
    project.run("a.parquet");
    assertThat(project.rows())
        .containsExactly(row("ints", List.of(1, 2), "structs", List.of(row("x", 3))));
  }

  @Test
  void listsOfOldAndNewWritersGoTogether() {
    write(
        "in/a.parquet",
        "optional group l (LIST) { repeated group array { optional int32 x; } }",
        r -> r.addGroup("l").addGroup(0).append("x", 1));
    write(
        "in/b.parquet",
        "optional group l (LIST) { repeated group list { optional group element { optional int32 x;"
            + " } } }",
        r -> r.addGroup("l").addGroup(0).addGroup(0).append("x", 2));
    project.run("in");
    assertThat(project.values("l"))
        .containsExactlyInAnyOrder(List.of(row("x", 1)), List.of(row("x", 2)));
  }

  @Test
  void fileWithoutRowGroupsMakesATableWithItsColumns() {
    write("a.parquet", "optional int64 id; optional group s { optional int96 at; }");
    assertThat(project.run("a.parquet").rowsAdded()).isZero();
    assertThat(project.types()).containsOnlyKeys("id", "s");
    assertThat(project.rows()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void fileWithoutColumnsIsRefused(boolean inPlace) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("PAR1".getBytes(StandardCharsets.US_ASCII));
    SchemaElement root = new SchemaElement("m");
    root.setNum_children(0);
    Util.writeFileMetaData(new FileMetaData(1, List.of(root), 0, List.of()), out);
    ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    out.writeBytes(length.putInt(out.size() - 4).array());
    out.writeBytes("PAR1".getBytes(StandardCharsets.US_ASCII));
    project.write("a.parquet", out.toByteArray());
    ImportRequest request = project.request("a.parquet");
    assertThatThrownBy(() -> project.run(inPlace ? request.stayingInPlace() : request))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no column in file")
        .hasMessageContaining("a.parquet");
  }

  @Test
  void encryptedFilesAreRefusedByName() {
    ParquetGroups groups = ParquetGroups.of("message m { optional int32 a; optional int32 b; }");
    groups.encrypted().write(folder.resolve("whole.parquet"), r -> r.append("a", 1));
    groups.encrypted("b").write(folder.resolve("column.parquet"), r -> r.append("a", 1));
    assertUnreadable("whole.parquet", "whole.parquet is encrypted");
    assertUnreadable("column.parquet", "column.parquet is encrypted");
  }

  @Test
  void encryptedFilesThatNoReaderHereTakesAreRefusedByName() throws Exception {
    write("a.parquet", "optional int32 a;", r -> r.append("a", 1));
    byte[] bytes = Files.readAllBytes(folder.resolve("a.parquet"));
    bytes[3] = 'E';
    bytes[bytes.length - 1] = 'E';
    project.write("a.parquet", bytes);
    assertUnreadable("a.parquet", "a.parquet is encrypted");
  }

  @Test
  void damagedFilesAreRefusedByName() throws Exception {
    write("a.parquet", "optional int32 a;", r -> r.append("a", 1), r -> r.append("a", 2));
    byte[] whole = Files.readAllBytes(folder.resolve("a.parquet"));
    project.write("cut.parquet", Arrays.copyOf(whole, whole.length / 2));
    project.write("empty.parquet", new byte[0]);
    project.write("text.parquet", "id,name\n1,a\n");
    byte[] footer = whole.clone();
    footer[whole.length - 5] = 0x7f;
    project.write("footer.parquet", footer);
    for (String file : List.of("cut.parquet", "empty.parquet", "text.parquet", "footer.parquet")) {
      assertUnreadable(file, "File", file, "cannot be read as Parquet");
    }
    assertUnreadable(
        "text.parquet", "cannot be read as Parquet: the file is not a Parquet file. Expected");
    byte[] pages = whole.clone();
    Arrays.fill(pages, 4, 40, (byte) -1);
    project.write("pages.parquet", pages);
    assertThatThrownBy(() -> project.run("pages.parquet"))
        .isInstanceOfSatisfying(
            DataException.class,
            e -> assertThat(e.code().name()).isEqualTo("IMPORT_FILE_UNREADABLE"))
        .hasMessageContaining("pages.parquet");
    assertThat(project.hasTable()).isFalse();
    assertThat(project.dataFiles()).isEmpty();
  }
}
