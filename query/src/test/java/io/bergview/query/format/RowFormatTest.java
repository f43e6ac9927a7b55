package io.bergview.query.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;

class RowFormatTest {
  private static final Schema EVERY_TYPE =
      schema(
          Types.BooleanType.get(),
          Types.IntegerType.get(),
          Types.LongType.get(),
          Types.FloatType.get(),
          Types.DoubleType.get(),
          Types.DecimalType.of(38, 4),
          Types.StringType.get(),
          Types.UUIDType.get(),
          Types.DateType.get(),
          Types.TimeType.get(),
          Types.TimestampType.withoutZone(),
          Types.TimestampType.withZone(),
          Types.BinaryType.get(),
          Types.StructType.of(
              NestedField.optional(100, "x", Types.LongType.get()),
              NestedField.optional(101, "y", Types.DecimalType.of(9, 2))),
          Types.ListType.ofOptional(102, Types.DateType.get()),
          Types.MapType.ofOptional(103, 104, Types.StringType.get(), Types.LongType.get()),
          Types.MapType.ofOptional(105, 106, Types.DateType.get(), Types.DoubleType.get()));

  private static final List<Object> VALUES =
      List.of(
          true,
          -7,
          9_007_199_254_740_993L,
          1.5f,
          Double.NaN,
          new BigDecimal("12345678901234567890123456789012.3400"),
          "a \"b\",\nc",
          UUID.fromString("bdb4ce23-df9b-d0e8-ed5f-8f192546e4fd"),
          LocalDate.of(1969, 12, 31),
          LocalTime.of(9, 30),
          LocalDateTime.of(2026, 1, 2, 3, 4),
          OffsetDateTime.of(2026, 1, 2, 3, 4, 5, 6_000, ZoneOffset.UTC),
          new byte[] {0, (byte) 0xff},
          struct(1L, new BigDecimal("2.50")),
          Arrays.asList(LocalDate.of(2026, 1, 1), null),
          Map.of("k", 1L),
          Map.of(LocalDate.of(2026, 1, 1), Double.NEGATIVE_INFINITY));

  private static final String OBJECT =
      """
      {"c1":true,"c2":-7,"c3":9007199254740993,"c4":1.5,"c5":"NaN",\
      "c6":12345678901234567890123456789012.3400,"c7":"a \\"b\\",\\nc",\
      "c8":"bdb4ce23-df9b-d0e8-ed5f-8f192546e4fd","c9":"1969-12-31","c10":"09:30:00",\
      "c11":"2026-01-02T03:04:00","c12":"2026-01-02T03:04:05.000006Z","c13":"AP8=",\
      "c14":{"x":1,"y":2.50},"c15":["2026-01-01",null],"c16":{"k":1},\
      "c17":[["2026-01-01","-Infinity"]]}\
      """;

  @Test
  void ndjsonIsExactForEveryType() throws IOException {
    assertThat(written(RowFormat.NDJSON, EVERY_TYPE, List.of(VALUES))).isEqualTo(OBJECT + "\n");
  }

  @Test
  void nullsAreNullsInJson() throws IOException {
    String text = written(RowFormat.NDJSON, EVERY_TYPE, List.of(nulls(EVERY_TYPE)));
    JsonNode row = JsonMapper.builder().build().readTree(text);
    assertThat(row.size()).isEqualTo(EVERY_TYPE.columns().size());
    assertThat(row.properties())
        .allSatisfy(field -> assertThat(field.getValue().isNull()).isTrue());
  }

  @Test
  void jsonIsOneArrayWithARowALine() throws IOException {
    String text = written(RowFormat.JSON, EVERY_TYPE, List.of(VALUES, VALUES));
    assertThat(text).isEqualTo("[\n" + OBJECT + ",\n" + OBJECT + "\n]\n");
    JsonMapper exact =
        JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    assertThat(exact.readTree(text).get(1).get("c6").decimalValue())
        .isEqualByComparingTo((BigDecimal) VALUES.get(5));
    assertThat(written(RowFormat.JSON, EVERY_TYPE, List.of())).isEqualTo("[]\n");
  }

  @Test
  void csvDistinguishesNullFromTheEmptyStringAndQuotesAsNeeded() throws IOException {
    Schema schema = schema(Types.StringType.get(), Types.StringType.get(), Types.LongType.get());
    String text =
        written(
            RowFormat.CSV,
            schema,
            List.of(
                Arrays.asList(null, "", 1L),
                Arrays.asList("a,b", "say \"hi\"", null),
                Arrays.asList("two\nlines", " plain ", 3L)));
    assertThat(text)
        .isEqualTo(
            "c1,c2,c3\r\n"
                + ",\"\",1\r\n"
                + "\"a,b\",\"say \"\"hi\"\"\",\r\n"
                + "\"two\nlines\", plain ,3\r\n");
  }

  @Test
  void csvHoldsNestedValuesAsJson() throws IOException {
    Schema schema = new Schema(EVERY_TYPE.columns().subList(13, 17));
    assertThat(written(RowFormat.CSV, schema, List.of(VALUES.subList(13, 17))))
        .isEqualTo(
            """
            c14,c15,c16,c17\r
            "{""x"":1,""y"":2.50}","[""2026-01-01"",null]","{""k"":1}","[[""2026-01-01"",""-Infinity""]]"\r
            """);
  }

  @Test
  void aWriterLeavesTheStreamOpen() throws IOException {
    boolean[] closed = new boolean[1];
    ByteArrayOutputStream out =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    for (RowFormat format : RowFormat.values()) {
      RowFormat.Writer writer = format.writer(EVERY_TYPE, out);
      writer.write(new ArrayList<>(VALUES));
      writer.finish();
    }
    assertThat(closed[0]).isFalse();
    assertThat(out.size()).isPositive();
  }

  @Test
  void aRowThatCannotBeWrittenIsNotClosedAsIfItWereWhole() throws IOException {
    Schema schema =
        schema(Types.LongType.get(), Types.ListType.ofOptional(9, Types.LongType.get()));
    for (RowFormat format : List.of(RowFormat.JSON, RowFormat.NDJSON)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      RowFormat.Writer writer = format.writer(schema, out);
      assertThatThrownBy(() -> writer.write(List.of(1L, "no list")))
          .isInstanceOf(ClassCastException.class);
      writer.finish();
      assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("}");
    }
  }

  private static String written(RowFormat format, Schema schema, List<List<Object>> rows)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RowFormat.Writer writer = format.writer(schema, out);
    for (List<Object> row : rows) {
      writer.write(row);
    }
    writer.finish();
    return out.toString(StandardCharsets.UTF_8);
  }

  private static Schema schema(Type... types) {
    List<NestedField> fields = new ArrayList<>();
    for (int i = 0; i < types.length; i++) {
      fields.add(NestedField.optional(i + 1, "c" + (i + 1), types[i]));
    }
    return new Schema(fields);
  }

  private static List<Object> nulls(Schema schema) {
    return new ArrayList<>(java.util.Collections.nCopies(schema.columns().size(), null));
  }

  private static Map<String, Object> struct(long x, BigDecimal y) {
    Map<String, Object> struct = new LinkedHashMap<>();
    struct.put("x", x);
    struct.put("y", y);
    return struct;
  }
}
