package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.RowFiles;
import io.bergview.verify.KeyDifference;
import io.bergview.verify.KeyDifference.Value;
import io.bergview.verify.VerifyOptions;
import io.bergview.verify.VerifyResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Doubles: of rows bit for bit, of aggregates as far as the order of rows allows. */
@Tag("long")
class VerifyFloatingPointTest {
  private static final Schema READINGS =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "place", Types.StringType.get()),
          Types.NestedField.optional(3, "value", Types.DoubleType.get()));

  @TempDir Path folder;
  private TestProject project;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    project.createNamespace("lab");
    Table reads =
        project
            .catalog()
            .createTable(
                TableIdentifier.of("lab", "readings"),
                READINGS,
                PartitionSpec.unpartitioned(),
                Map.of());
    project.write("types/lab.yaml", "$type: Reading\n$table: lab.readings\n$id: id\n");
    List<Record> rows = new ArrayList<>();
    add(rows, "a", 0.1, 0.2, 0.3, 1e6);
    add(rows, "b", 0.0, -0.0);
    add(rows, "c", Double.NaN, 1.0);
    add(rows, "d", Double.POSITIVE_INFINITY, 2.0);
    add(rows, "e", (Double) null);
    RowFiles.append(reads, rows);
    project.define("Values", "$from: Reading\n");
    project.define(
        "Sums",
        "$from: Reading\n"
            + "$groupBy: [place]\n"
            + "$compute: {sum: {$sum: value}, mean: {$avg: value}, least: {$min: value}, spread:"
            + " {$stddev: value}, final: {$last: value}}\n");
    project.refresh(RefreshRequest.ofAll());
  }

  @AfterEach
  void close() {
    project.close();
  }

  private static void add(List<Record> rows, String place, Double... values) {
    for (Double value : values) {
      Record row = GenericRecord.create(READINGS);
      row.setField("id", (long) rows.size());
      row.setField("place", place);
      row.setField("value", value);
      rows.add(row);
    }
  }

  private VerifyResult changed(String view, String column, UnaryOperator<Double> change) {
    Compaction.falsify(
        project.tableOf(view),
        rows ->
            rows.stream()
                .map(
                    row -> {
                      Record copy = row.copy();
                      Double value = (Double) row.getField(column);
                      copy.setField(column, value == null ? null : change.apply(value));
                      return copy;
                    })
                .toList());
    return project.verify(view);
  }

  private static List<Object> keys(VerifyResult result) {
    return result.examples().stream().map(example -> example.key().get(0).value()).toList();
  }

  @Test
  void aViewOfNaNAndInfinityIsClean() {
    assertThat(project.verify("Values").equal()).isTrue();
    assertThat(project.verify("Sums").equal()).isTrue();
    assertThat(project.verify("Sums").rowsCompared()).isEqualTo(5);
  }

  @Test
  void theLastDigitsOfSumsMayDiffer() {
    VerifyResult close = changed("Sums", "sum", sum -> sum * (1 + 1e-12));
    assertThat(close.examples()).isEmpty();
    assertThat(close.equal()).isTrue();
    assertThat(close.rowsCompared()).isEqualTo(5);
    assertThat(changed("Sums", "mean", mean -> mean + 1e-12).equal()).isTrue();
    assertThat(project.verify("Sums", VerifyOptions.defaults().repairing()).repaired()).isEmpty();
    VerifyResult far = changed("Sums", "sum", sum -> sum * (1 + 1e-6));
    assertThat(keys(far)).containsExactly("a");
    assertThat(far.examples().get(0).inView()).extracting(Value::column).containsExactly("sum");
  }

  @Test
  void theLastDigitsOfTheHiddenSumsToo() {
    Compaction.falsify(project.tableOf("Sums"), rows -> moments(rows, 1e-12));
    assertThat(project.verify("Sums").equal()).isTrue();
    Compaction.falsify(project.tableOf("Sums"), rows -> moments(rows, 1e-3));
    VerifyResult far = project.verify("Sums");
    assertThat(keys(far)).containsExactly("a", "b");
    assertThat(far.examples().get(0).inView()).extracting(Value::column).containsExactly("_state");
    assertThat(project.verify("Sums", VerifyOptions.defaults().repairing()).repaired()).isPresent();
    assertThat(project.verify("Sums").equal()).isTrue();
  }

  private static List<Record> moments(List<Record> rows, double off) {
    return rows.stream()
        .map(
            row -> {
              Record copy = row.copy();
              Record state = ((Record) row.getField("_state")).copy();
              Record of = ((Record) state.getField("of")).copy();
              Record spread = ((Record) of.getField("spread")).copy();
              Double mean = (Double) spread.getField("mean");
              spread.setField("mean", mean == null ? null : Double.valueOf(mean + off));
              of.setField("spread", spread);
              state.setField("of", of);
              copy.setField("_state", state);
              return copy;
            })
        .toList();
  }

  @Test
  void theLastDigitsOfSumsOverChildrenToo() {
    project.write(
        "types/place.yaml",
        "$type: Place\n$table: lab.places\n$id: place\nreadings: '<- Reading.at[]'\n");
    project.write(
        "types/lab.yaml",
        "$type: Reading\n$table: lab.readings\n$id: id\nat: '-> Place'\n$keys: {at: place}\n");
    Schema places = new Schema(Types.NestedField.required(1, "place", Types.StringType.get()));
    Table table =
        project
            .catalog()
            .createTable(
                TableIdentifier.of("lab", "places"),
                places,
                PartitionSpec.unpartitioned(),
                Map.of());
    Record place = GenericRecord.create(places);
    place.setField("place", "a");
    RowFiles.append(table, List.of(place));
    project.define(
        "Places",
        "$from: Place\n$compute: {sum: {$sum: readings.value}, all: {$sum: readings.value}}\n");
    project.refresh("Places");
    assertThat(project.verify("Places").rowsCompared()).isEqualTo(1);
    assertThat(changed("Places", "sum", sum -> sum * (1 + 1e-12)).equal()).isTrue();
    VerifyResult far = changed("Places", "sum", sum -> sum * (1 + 1e-6));
    assertThat(far.examples().get(0).inView()).extracting(Value::column).containsExactly("sum");
  }

  @Test
  void whatIsNoSumIsComparedBitForBit() {
    assertThat(keys(changed("Values", "value", value -> value == 0 ? 0.0 : value)))
        .as("-0.0 is not 0.0")
        .containsExactly(5L);
    VerifyResult repaired = project.verify("Values", VerifyOptions.defaults().repairing());
    assertThat(repaired.repaired()).isPresent();
    assertThat(project.verify("Values").equal()).isTrue();
    assertThat(keys(changed("Values", "value", value -> value == 0.1 ? Math.nextUp(0.1) : value)))
        .containsExactly(0L);
    assertThat(keys(changed("Sums", "final", value -> value == 1e6 ? Math.nextUp(1e6) : value)))
        .containsExactly("a");
  }

  @Test
  void nullIsNeitherCloseToZeroNorToNaN() {
    Compaction.falsify(
        project.tableOf("Sums"),
        rows ->
            rows.stream()
                .map(
                    row -> {
                      Record copy = row.copy();
                      switch ((String) row.getField("place")) {
                        case "e" -> copy.setField("sum", 0.0);
                        case "c" -> copy.setField("sum", null);
                        case "d" -> copy.setField("sum", Double.NaN);
                        default -> {}
                      }
                      return copy;
                    })
                .toList());
    VerifyResult found = project.verify("Sums");
    assertThat(keys(found)).containsExactly("c", "d", "e");
    assertThat(found.examples())
        .extracting(KeyDifference::kind)
        .containsOnly(KeyDifference.DifferenceKind.DIFFERENT);
  }
}
