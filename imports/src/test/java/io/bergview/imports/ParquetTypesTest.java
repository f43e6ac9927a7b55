package io.bergview.imports;

import static io.bergview.imports.ImportProject.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DataException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The types of values in Parquet files, at their extremes and at any depth. */
class ParquetTypesTest extends ParquetCase {
  private static final List<LocalDate> DAYS =
      List.of(
          LocalDate.of(1, 1, 1),
          LocalDate.of(1582, 10, 4),
          LocalDate.EPOCH,
          LocalDate.of(2262, 4, 12),
          LocalDate.of(9999, 12, 31));

  private void writeDays() {
    write(
        "a.parquet",
        "optional int96 at;",
        r -> {},
        r -> r.add("at", int96(DAYS.get(0), NANOS_OF_HOUR)),
        r -> r.add("at", int96(DAYS.get(1), NANOS_OF_HOUR)),
        r -> r.add("at", int96(DAYS.get(2), NANOS_OF_HOUR)),
        r -> r.add("at", int96(DAYS.get(3), NANOS_OF_HOUR)),
        r -> r.add("at", int96(DAYS.get(4), NANOS_OF_HOUR)));
  }

  @Test
  void timestampsOf96BitsAreInstantsOfAnyYear() {
    writeDays();
    project.run("a.parquet");
    assertThat(project.types()).containsEntry("at", "timestamptz");
    assertThat(project.values("at"))
        .containsExactlyInAnyOrderElementsOf(withNull(DAYS.stream().map(day -> at(day, 1))));
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

  @Test
  void instantsCanBeToldToBeLocalInAnyYear() {
    writeDays();
    project.run(project.request("a.parquet").withOptions(ImportProject.typed("at", "timestamp")));
    assertThat(project.values("at"))
        .containsExactlyInAnyOrderElementsOf(withNull(DAYS.stream().map(day -> day.atTime(1, 0))));
  }

  private static List<@Nullable Object> withNull(Stream<?> values) {
    List<@Nullable Object> all = new ArrayList<>(values.toList());
    all.add(null);
    return all;
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

  private static final List<String> NANOSECONDS =
      List.of(
          "optional int64 c (TIMESTAMP(NANOS,false));",
          "optional int64 c (TIMESTAMP(NANOS,true));",
          "optional int64 c (TIME(NANOS,false));");

  @Test
  void nanosecondsThatWouldBeLostAreBadRows() {
    for (String column : NANOSECONDS) {
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
  void columnsOfNullsTakeTheTypeThatOtherFilesKnow() {
    write("in/a.parquet", "optional int32 c (UNKNOWN); optional int32 d (UNKNOWN);", r -> {});
    write("in/b.parquet", "optional int64 c;", r -> r.add("c", 1L));
    write("in/c.parquet", "optional int32 c (UNKNOWN);", r -> {});
    project.run(project.request("in").withOptions(ImportProject.evolving()));
    assertThat(project.types()).isEqualTo(Map.of("c", "long", "d", "string"));
    assertThat(project.values("c")).containsExactlyInAnyOrder(1L, null, null);
    write("d.parquet", "optional int32 c (UNKNOWN);", r -> {}, r -> {});
    project.run("d.parquet");
    assertThat(project.values("c")).containsExactlyInAnyOrder(1L, null, null, null, null);
  }

  @Test
  void typesThatNoTableHasAreNamed() {
    write("a.parquet", "optional fixed_len_byte_array(12) c (INTERVAL);", r -> {});
    assertUnreadable("a.parquet", "Column c", "is INTERVAL");
  }
}
