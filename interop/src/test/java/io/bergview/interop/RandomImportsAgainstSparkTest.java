package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.RandomImport;
import io.bergview.fixtures.RandomImport.Step;
import io.bergview.fixtures.Seeds;
import io.bergview.imports.ImportRequest;
import io.bergview.imports.options.ImportMode;
import io.bergview.imports.options.TableOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Spark finds in a table that was imported the rows that were written into the files, and after the
 * first import the rows that it reads in the files itself.
 */
@Tag("long")
class RandomImportsAgainstSparkTest {
  private static final Set<String> OCCURRED = new TreeSet<>();

  @TempDir private Path folder;

  static LongStream seeds() {
    return Seeds.of(6, 6);
  }

  @BeforeAll
  static void begin() {
    OCCURRED.clear();
  }

  @AfterAll
  static void everyKindOccurred() {
    Set<String> missing = new TreeSet<>(RandomImport.allKinds(true));
    missing.removeAll(OCCURRED);
    System.out.println("kinds that did not occur: " + missing);
    if (Seeds.arePreset()) {
      assertThat(missing).as("kinds that did not occur").isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void sparkFindsTheRowsThatWereWritten(long seed) {
    try (Lake lake = Lake.create(folder, Map.of())) {
      RandomImport random = RandomImport.write(folder, seed, true);
      OCCURRED.addAll(random.kinds());
      for (Step step : random.steps()) {
        lake.run(request(lake, step));
        Table table = lake.catalog().loadTable(TableIdentifier.of("s", "t"));
        ComparableRows inSpark = lake.spark("SELECT * FROM s.t").bitByBit();
        Bags.assertSame(
            "written, seed %d, %s".formatted(seed, step.folder()),
            written(table.schema(), step).bitByBit(),
            "Spark of the table",
            inSpark);
        if (step.folder().equals("in0")) {
          Bags.assertSame(
              "Spark of the files, seed " + seed,
              ofFiles(lake, table.schema()).bitByBit(),
              "Spark of the table",
              inSpark);
        }
      }
    }
  }

  private static ImportRequest request(Lake lake, Step step) {
    boolean first = step.folder().equals("in0");
    ImportRequest request =
        lake.files("s.t", step.folder())
            .withMode(ImportMode.valueOf(step.mode().name()))
            .withOptions(
                new TableOptions(
                    Map.of(),
                    List.of("id"),
                    first ? step.partition() : Optional.empty(),
                    step.sort(),
                    step.formatVersion(),
                    step.evolve()));
    return step.inPlace() ? request.stayingInPlace() : request;
  }

  /** Files may lack columns, and have narrower integers than a table. */
  private static ComparableRows ofFiles(Lake lake, Schema schema) {
    lake.spark("SET spark.sql.parquet.mergeSchema=true");
    // Spark's vectorised reader fails for decimals of up to 18 digits that are binary.
    lake.spark("SET spark.sql.parquet.enableVectorizedReader=false");
    String columns =
        schema.columns().stream()
            .map(column -> "`" + column.name().replace("`", "``") + "`")
            .collect(Collectors.joining(", "));
    return ImportJudge.widened(
        lake.spark("SELECT %s FROM parquet.`%s`".formatted(columns, lake.folder().resolve("in0"))));
  }

  private static ComparableRows written(Schema schema, Step step) {
    List<String> names = schema.columns().stream().map(Types.NestedField::name).toList();
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Map<String, @Nullable Object> row : step.rows()) {
      List<@Nullable Object> values = new ArrayList<>();
      schema.columns().forEach(column -> values.add(value(row.get(column.name()), column.type())));
      rows.add(values);
    }
    return ComparableRows.of(names, rows);
  }

  /** With structs as lists, in the order of their fields. */
  private static @Nullable Object value(@Nullable Object value, Type type) {
    if (value instanceof Map<?, ?> struct && type.isStructType()) {
      List<@Nullable Object> fields = new ArrayList<>();
      type.asStructType()
          .fields()
          .forEach(field -> fields.add(value(struct.get(field.name()), field.type())));
      return fields;
    }
    if (value instanceof Map<?, ?> map) {
      Map<@Nullable Object, @Nullable Object> values = new LinkedHashMap<>();
      Types.MapType types = type.asMapType();
      map.forEach(
          (key, element) ->
              values.put(value(key, types.keyType()), value(element, types.valueType())));
      return values;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> values = new ArrayList<>();
      list.forEach(element -> values.add(value(element, type.asListType().elementType())));
      return values;
    }
    return value;
  }
}
