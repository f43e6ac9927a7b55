package io.bergview.imports;

import static io.bergview.imports.ImportProject.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.ParquetGroups;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Test;

/** Old dates that Spark has written in the Julian calendar. */
class ParquetCalendarTest extends ParquetCase {
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
}
