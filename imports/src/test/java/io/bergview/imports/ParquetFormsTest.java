package io.bergview.imports;

import static io.bergview.imports.ImportProject.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DataException;
import io.bergview.errors.UsageException;
import io.bergview.fixtures.ParquetGroups;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
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
import org.apache.parquet.example.data.simple.NanoTime;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which Parquet files hold their values, those of old writers included. */
class ParquetFormsTest {
  private static final int JULIAN_EPOCH = 2_440_588;
  private static final long NANOS_OF_HOUR = 3_600_000_000_000L;

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

  @SafeVarargs
  private void write(String file, String columns, Consumer<Group>... rows) {
    ParquetGroups.of("message m { " + columns + " }").write(folder.resolve(file), rows);
  }

  private static Binary int96(LocalDate day, long nanos) {
    return new NanoTime(Math.toIntExact(day.toEpochDay() + JULIAN_EPOCH), nanos).toBinary();
  }

  private static OffsetDateTime at(LocalDate day, int hour) {
    return day.atTime(hour, 0).atOffset(ZoneOffset.UTC);
  }

  private static Binary bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return Binary.fromConstantByteArray(bytes);
  }

  private static Binary uuid(UUID value) {
    ByteBuffer buffer = ByteBuffer.allocate(16);
    buffer.putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits());
    return Binary.fromConstantByteArray(buffer.array());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0001-01-01", "1582-10-04", "1970-01-01", "2262-04-12", "9999-12-31"})
  void timestampsOf96BitsAreInstantsOfAnyYear(LocalDate day) {
    write("a.parquet", "optional int96 at;", r -> r.add("at", int96(day, NANOS_OF_HOUR)), r -> {});
    project.run("a.parquet");
    assertThat(project.types()).containsEntry("at", "timestamptz");
    assertThat(project.values("at")).containsExactlyInAnyOrder(at(day, 1), null);
  }

  @Test
  void timestampsOf96BitsAreInstantsAtAnyDepth() {
    LocalDate day = LocalDate.of(2026, 1, 2);
    write(
        "a.parquet",
        "optional group l (LIST) { repeated group list { optional int96 element; } } optional group"
            + " s { optional int96 at; optional int64 local (TIMESTAMP(MICROS,false)); } optional"
            + " group m (MAP) { repeated group key_value { required int32 key; optional group value"
            + " { optional int96 at; } } } optional int64 at (TIMESTAMP(MICROS,false));",
        r -> {
          Group list = r.addGroup("l");
          list.addGroup(0).add(0, int96(day, 0));
          list.addGroup(0);
          r.addGroup("s").append("at", int96(day, 0)).append("local", 0L);
          r.addGroup("m").addGroup(0).append("key", 1).addGroup("value").add(0, int96(day, 0));
          r.add("at", 0L);
        },
        r -> {});
    project.run("a.parquet");
    OffsetDateTime at = at(day, 0);
    LocalDateTime local = LocalDateTime.of(1970, 1, 1, 0, 0);
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row(
                "l",
                Arrays.asList(at, null),
                "s",
                row("at", at, "local", local),
                "m",
                Map.of(1, row("at", at)),
                "at",
                local),
            row("l", null, "s", null, "m", null, "at", null));
  }

  @Test
  void timestampsOf96BitsGoWithOtherInstants() {
    LocalDate day = LocalDate.of(2026, 1, 2);
    write("in/a.parquet", "optional int96 at;", r -> r.add("at", int96(day, 0)));
    write(
        "in/b.parquet",
        "optional int64 at (TIMESTAMP(MICROS,true)); optional int96 other;",
        r -> r.append("at", 0L).append("other", int96(day, 0)));
    project.run(project.request("in").withOptions(ImportProject.evolving()));
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row("at", at(day, 0), "other", null),
            row("at", at(LocalDate.EPOCH, 0), "other", at(day, 0)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0001-01-01", "9999-12-31"})
  void instantsCanBeToldToBeLocalInAnyYear(LocalDate day) {
    write("a.parquet", "optional int96 at;", r -> r.add("at", int96(day, 0)));
    project.run(project.request("a.parquet").withOptions(ImportProject.typed("at", "timestamp")));
    assertThat(project.values("at")).containsExactly(day.atStartOfDay());
  }

  @Test
  void wholeMicrosecondsOfNanosecondsAreTaken() {
    write(
        "a.parquet",
        "optional int64 t (TIMESTAMP(NANOS,false)); optional int64 z (TIMESTAMP(NANOS,true));"
            + " optional int64 e (TIME(NANOS,false)); optional"
            + " group l (LIST) { repeated group list { optional int64 element"
            + " (TIMESTAMP(NANOS,false)); } }",
        r -> {
          r.append("t", 1000L).append("z", 1000L).append("e", 1000L);
          r.addGroup("l").addGroup(0).add(0, 1000L);
        },
        r -> {});
    project.run("a.parquet");
    LocalDateTime at = LocalDateTime.of(1970, 1, 1, 0, 0, 0, 1000);
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row(
                "t",
                at,
                "z",
                at.atOffset(ZoneOffset.UTC),
                "e",
                LocalTime.ofNanoOfDay(1000),
                "l",
                List.of(at)),
            row("t", null, "z", null, "e", null, "l", null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "optional int64 c (TIMESTAMP(NANOS,false));",
        "optional int64 c (TIMESTAMP(NANOS,true));",
        "optional int64 c (TIME(NANOS,false));"
      })
  void nanosecondsThatWouldBeLostAreBadRows(String column) {
    write("a.parquet", column, r -> r.add(0, 1001L), r -> r.add(0, 2000L), r -> {});
    assertThatThrownBy(() -> project.run("a.parquet"))
        .isInstanceOfSatisfying(
            DataException.class,
            e ->
                assertThat(e.details())
                    .hasSize(1)
                    .allMatch(line -> line.contains("a.parquet:1: column c: ")));
    assertThat(project.hasTable()).isFalse();
  }

  @Test
  void timesOfNanosecondsThatDuckDbCutsAreRefused() {
    write("a.parquet", "optional int64 c (TIME(NANOS,true));", r -> r.add(0, 1000L));
    assertUnreadable("a.parquet", "Column c", "time of");
  }

  @Test
  void nanosecondsAtAnyDepthThatWouldBeLostAreBadRows() {
    write(
        "a.parquet",
        "optional group s { optional group l (LIST) { repeated group list { optional int64 element"
            + " (TIMESTAMP(NANOS,true)); } } }",
        r -> r.addGroup(0).addGroup(0).addGroup(0).add(0, 2000L),
        r -> r.addGroup(0).addGroup(0).addGroup(0).add(0, 2001L));
    assertThatThrownBy(() -> project.run("a.parquet"))
        .isInstanceOfSatisfying(
            DataException.class,
            e -> assertThat(e.details()).hasSize(1).allMatch(line -> line.contains("a.parquet:2")));
  }

  @Test
  void unsignedIntegersOfAllWidthsHoldTheirExtremes() {
    write(
        "a.parquet",
        "optional int32 a (INTEGER(8,false)); optional int32 b (INTEGER(16,false));"
            + " optional int32 c (INTEGER(32,false)); optional int64 d (INTEGER(64,false));"
            + " optional group s { optional int64 e (INTEGER(64,false)); }"
            + " optional int32 f (INTEGER(8,true)); optional int32 g (INTEGER(16,true));",
        r -> {
          r.append("a", 255).append("b", 65535).append("c", -1).append("d", -1L);
          r.addGroup("s").append("e", -1L);
          r.append("f", -128).append("g", -32768);
        },
        r -> {
          r.append("a", 0)
              .append("b", 0)
              .append("c", Integer.MIN_VALUE)
              .append("d", Long.MIN_VALUE);
          r.addGroup("s").append("e", 0L);
          r.append("f", 127).append("g", 32767);
        });
    project.run("a.parquet");
    BigDecimal most = new BigDecimal("18446744073709551615");
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row(
                "a",
                255,
                "b",
                65535,
                "c",
                4294967295L,
                "d",
                most,
                "s",
                row("e", most),
                "f",
                -128,
                "g",
                -32768),
            row(
                "a",
                0,
                "b",
                0,
                "c",
                2147483648L,
                "d",
                new BigDecimal("9223372036854775808"),
                "s",
                row("e", BigDecimal.ZERO),
                "f",
                127,
                "g",
                32767));
  }

  private static final String DECIMALS =
      "optional int32 a (DECIMAL(9,2)); optional int64 b (DECIMAL(18,6)); optional binary c"
          + " (DECIMAL(38,10)); optional fixed_len_byte_array(16) d (DECIMAL(38,0)); optional"
          + " binary e (DECIMAL(5,5)); optional fixed_len_byte_array(3) f (DECIMAL(4,1)); optional"
          + " int64 g (DECIMAL(9,0));";

  private static Binary unscaled(String digits, int length) {
    byte[] shortest = new BigInteger(digits).toByteArray();
    byte[] bytes = new byte[Math.max(length, shortest.length)];
    Arrays.fill(bytes, 0, bytes.length - shortest.length, (byte) (shortest[0] < 0 ? -1 : 0));
    System.arraycopy(shortest, 0, bytes, bytes.length - shortest.length, shortest.length);
    return Binary.fromConstantByteArray(bytes);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void decimalsOfEveryPhysicalTypeHoldTheirExtremes(boolean inPlace) {
    String nines = "9".repeat(38);
    write(
        "a.parquet",
        DECIMALS,
        r ->
            r.append("a", 999_999_999)
                .append("b", 999_999_999_999_999_999L)
                .append("c", unscaled(nines, 0))
                .append("d", unscaled(nines, 16))
                .append("e", unscaled("99999", 0))
                .append("f", unscaled("9999", 3))
                .append("g", 999_999_999L),
        r ->
            r.append("a", -999_999_999)
                .append("b", -999_999_999_999_999_999L)
                .append("c", unscaled("-" + nines, 0))
                .append("d", unscaled("-" + nines, 16))
                .append("e", unscaled("-1", 9))
                .append("f", unscaled("-1", 3))
                .append("g", -1L));
    ImportRequest request = project.request("a.parquet");
    project.run(inPlace ? request.stayingInPlace() : request);
    assertThat(project.scanned())
        .containsExactlyInAnyOrder(
            row(
                "a",
                new BigDecimal("9999999.99"),
                "b",
                new BigDecimal("999999999999.999999"),
                "c",
                new BigDecimal(new BigInteger(nines), 10),
                "d",
                new BigDecimal(nines),
                "e",
                new BigDecimal("0.99999"),
                "f",
                new BigDecimal("999.9"),
                "g",
                new BigDecimal("999999999")),
            row(
                "a",
                new BigDecimal("-9999999.99"),
                "b",
                new BigDecimal("-999999999999.999999"),
                "c",
                new BigDecimal(new BigInteger("-" + nines), 10),
                "d",
                new BigDecimal("-" + nines),
                "e",
                new BigDecimal("-0.00001"),
                "f",
                new BigDecimal("-0.1"),
                "g",
                new BigDecimal("-1")));
  }

  @Test
  void decimalsOfMoreDigitsThanATableHasAreRefused() {
    write(
        "a.parquet",
        "optional binary d (DECIMAL(40,2));",
        r -> r.add("d", unscaled("1" + "0".repeat(39), 0)));
    assertUnreadable("a.parquet", "Column d", "decimal of 40 digits");
  }

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "optional group c (LIST) { repeated int32 array; }",
        "optional group c (LIST) { repeated group array { optional int32 x; } }",
        "optional group c (LIST) { repeated group c_tuple { optional int32 x; } }",
        "optional group c (LIST) { repeated group pair { optional int32 x; optional int32 y; } }",
        "optional group c { optional group x (LIST) { repeated int32 array; } }",
        "repeated int32 c;",
        "repeated group c { optional int32 x; }",
        "optional group c (LIST) { repeated group list { repeated int32 element; } }"
      })
  void listsOfOldWritersDoNotStayInPlace(String column) {
    write("a.parquet", column);
    assertThatThrownBy(() -> project.run(project.request("a.parquet").stayingInPlace()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Column c")
        .hasMessageContaining("import it without --in-place");
    assertThat(project.hasTable()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "optional int96 c;",
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
        "optional fixed_len_byte_array(12) c (INTERVAL);"
      })
  void whatOtherEnginesMisreadDoesNotStayInPlaceAtAnyDepth(String column) {
    write("a.parquet", column);
    assertThatThrownBy(() -> project.run(project.request("a.parquet").stayingInPlace()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Column c")
        .hasMessageContaining("import it without --in-place");
    assertThat(project.hasTable()).isFalse();
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
  void uuidsStayUuidsAtAnyDepth() {
    UUID one = UUID.fromString("f79c3e09-677c-4bbd-a479-3f349cb785e7");
    UUID two = new UUID(-1, -1);
    write(
        "a.parquet",
        "optional fixed_len_byte_array(16) u (UUID); optional group l (LIST) { repeated group list"
            + " { optional fixed_len_byte_array(16) element (UUID); } } optional group m (MAP) {"
            + " repeated group key_value { required fixed_len_byte_array(16) key (UUID); optional"
            + " group value { optional fixed_len_byte_array(16) u (UUID); } } }",
        r -> {
          r.add("u", uuid(one));
          r.addGroup("l").addGroup(0).add(0, uuid(two));
          r.addGroup("m").addGroup(0).append("key", uuid(one)).addGroup("value").add(0, uuid(two));
        },
        r -> {});
    project.run(
        project.request("a.parquet").withOptions(ImportProject.layout("bucket(4, u)", "u")));
    assertThat(project.types()).containsEntry("u", "uuid");
    project.run(project.request("a.parquet").takingAgain());
    Map<String, Object> full = Map.of("u", one, "l", List.of(two), "m", Map.of(one, row("u", two)));
    Map<String, Object> nulls = row("u", null, "l", null, "m", null);
    assertThat(project.rows()).containsExactlyInAnyOrder(full, full, nulls, nulls);
  }

  @Test
  void uuidsAreTextsWhereATableHasTexts() {
    UUID one = UUID.fromString("f79c3e09-677c-4bbd-a479-3f349cb785e7");
    write("a.parquet", "optional fixed_len_byte_array(16) u (UUID);", r -> r.add("u", uuid(one)));
    project.run(project.request("a.parquet").withOptions(ImportProject.typed("u", "string")));
    project.run(project.request("a.parquet").takingAgain());
    assertThat(project.types()).containsEntry("u", "string");
    assertThat(project.values("u")).containsExactly(one.toString(), one.toString());
  }

  @Test
  void uuidsOfTextFilesGoToAColumnOfUuids() {
    UUID one = UUID.fromString("f79c3e09-677c-4bbd-a479-3f349cb785e7");
    write("a.parquet", "optional fixed_len_byte_array(16) u (UUID);", r -> r.add("u", uuid(one)));
    project.run("a.parquet");
    project.write("b.csv", "u\n" + one + "\n");
    project.run("b.csv");
    assertThat(project.values("u")).containsExactly(one, one);
  }

  @Test
  void uuidsAreKeysOfAnUpsert() {
    UUID one = new UUID(1, 2);
    UUID two = new UUID(-3, -4);
    String columns = "required fixed_len_byte_array(16) id (UUID); optional int32 n;";
    write(
        "a.parquet",
        columns,
        r -> r.append("id", uuid(one)).append("n", 1),
        r -> r.append("id", uuid(two)).append("n", 2));
    write("b.parquet", columns, r -> r.append("id", uuid(two)).append("n", 3));
    project.run(project.upsert("a.parquet"));
    project.run(project.upsert("b.parquet"));
    assertThat(project.rows())
        .containsExactlyInAnyOrder(row("id", one, "n", 1), row("id", two, "n", 3));
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

  private void assertUnreadable(String file, String... parts) {
    for (boolean inPlace : new boolean[] {false, true}) {
      ImportRequest request = project.request(file);
      assertThatThrownBy(() -> project.run(inPlace ? request.stayingInPlace() : request))
          .isInstanceOfSatisfying(
              DataException.class,
              e -> assertThat(e.code().name()).isEqualTo("IMPORT_FILE_UNREADABLE"))
          .message()
          .contains(parts);
    }
    assertThat(project.hasTable()).isFalse();
  }

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
  void bytesOfAFixedLengthAreBinary() {
    write("a.parquet", "optional fixed_len_byte_array(2) b;", r -> r.add("b", bytes(1, 255)));
    write("b.parquet", "optional fixed_len_byte_array(3) b;", r -> r.add("b", bytes(1, 2, 3)));
    project.run("a.parquet", "b.parquet");
    assertThat(project.types()).containsEntry("b", "binary");
    assertThat(project.values("b"))
        .containsExactlyInAnyOrder(
            ByteBuffer.wrap(new byte[] {1, -1}), ByteBuffer.wrap(new byte[] {1, 2, 3}));
  }

  @Test
  void bytesOfAFixedLengthGoToAColumnOfThatLength() {
    write("in/a.parquet", "optional fixed_len_byte_array(2) b;", r -> r.add("b", bytes(1, 255)));
    project.run(project.request("in").stayingInPlace());
    assertThat(project.types()).containsEntry("b", "fixed[2]");
    write("b.parquet", "optional fixed_len_byte_array(2) b;", r -> r.add("b", bytes(3, 4)));
    project.run("b.parquet");
    assertThat(project.values("b"))
        .containsExactlyInAnyOrder(
            ByteBuffer.wrap(new byte[] {1, -1}), ByteBuffer.wrap(new byte[] {3, 4}));
    write("c.parquet", "optional fixed_len_byte_array(3) b;", r -> r.add("b", bytes(3, 4, 5)));
    assertThatThrownBy(() -> project.run("c.parquet"))
        .isInstanceOfSatisfying(
            DataException.class,
            e -> assertThat(e.details().toString()).contains("b: ", "fixed[2]"));
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
  void escapesOfFoldersAreReadOneByOne() {
    for (String folder : List.of("100%", "a%2Fb%", "%zz%41", "%C3%BC", "%FF")) {
      write("in/c=" + folder + "/a.parquet", "optional int32 n;", r -> r.add(0, 1));
    }
    project.run("in");
    assertThat(project.values("c"))
        .containsExactlyInAnyOrder("100%", "a/b%", "%zzA", "\u00fc", "\u00ff");
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

  private static final String DATED =
      "message m { optional group c (LIST) { repeated group list { optional int32 element (DATE); }"
          + " } optional int64 t (TIMESTAMP(MICROS,true)); optional int96 i; }";

  private static final Consumer<Group> FIRST_GREGORIAN_DAYS =
      r -> {
        r.addGroup("c").addGroup(0).add(0, (int) LocalDate.of(1582, 10, 15).toEpochDay());
        r.add("t", -2_208_988_800_000_000L);
        r.add("i", int96(LocalDate.of(1900, 1, 1), 0));
      };

  private void spark(String file, String version, List<String> marks, Consumer<Group> row) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("org.apache.spark.version", version);
    marks.forEach(mark -> metadata.put("org.apache.spark." + mark, ""));
    ParquetGroups.of(DATED)
        .withMetadata(metadata)
        .write(folder.resolve(file), r -> {}, FIRST_GREGORIAN_DAYS, row);
  }

  @Test
  void daysOfTheJulianCalendarAreRefused() {
    Consumer<Group> day =
        r -> r.addGroup("c").addGroup(0).add(0, (int) LocalDate.of(1582, 10, 14).toEpochDay());
    Consumer<Group> micros = r -> r.add("t", -2_208_988_800_000_001L);
    Consumer<Group> int96 = r -> r.add("i", int96(LocalDate.of(1899, 12, 31), 0));
    spark("day.parquet", "3.5.1", List.of("legacyDateTime"), day);
    spark("micros.parquet", "2.4.8", List.of(), micros);
    spark("int96.parquet", "3.0.3", List.of(), int96);
    spark("marked.parquet", "4.1.3", List.of("legacyINT96"), int96);
    for (String file : List.of("day", "micros", "int96", "marked")) {
      assertUnreadable(file + ".parquet", "Column ", file + ".parquet", "Julian calendar");
    }
  }

  @Test
  void daysOfTheGregorianCalendarAreTaken() {
    Consumer<Group> day =
        r -> r.addGroup("c").addGroup(0).add(0, (int) LocalDate.of(1, 1, 1).toEpochDay());
    spark("in/a.parquet", "3.5.1", List.of(), day);
    spark("in/b.parquet", "2.4.8", List.of("legacyDateTime", "legacyINT96"), r -> {});
    spark("in/c.parquet", "4.1.3", List.of("legacyINT96"), day);
    project.run("in");
    assertThat(project.values("c")).filteredOn(List.of(LocalDate.of(1, 1, 1))::equals).hasSize(2);
    assertThat(project.values("i")).filteredOn(at(LocalDate.of(1900, 1, 1), 0)::equals).hasSize(3);
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
