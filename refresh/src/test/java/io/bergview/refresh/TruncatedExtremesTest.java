package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.RowFiles;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values so near to the end of their type that what they are truncated to lies beyond it. */
class TruncatedExtremesTest {
  @TempDir Path folder;

  static Stream<Arguments> extremes() {
    return Stream.of(
        Arguments.of(Types.IntegerType.get(), Integer.MIN_VALUE, Integer.MIN_VALUE + 8, 10),
        Arguments.of(Types.LongType.get(), Long.MIN_VALUE, Long.MIN_VALUE + 8, 10),
        decimal("-9999999.99", "-9999900.00", 9, 2, 10_000),
        decimal("-9999999999999999.99", "-9999999999999900.00", 18, 2, 10_000),
        decimal("-99999999999999999999999999999999999.999", "0.000", 38, 3, 10));
  }

  private static Arguments decimal(String bad, String good, int precision, int scale, int width) {
    return Arguments.of(
        Types.DecimalType.of(precision, scale), new BigDecimal(bad), new BigDecimal(good), width);
  }

  private static Schema schema(Type type) {
    return new Schema(
        Types.NestedField.required(1, "id", Types.LongType.get()),
        Types.NestedField.optional(2, "amount", type));
  }

  private static Record row(Schema schema, long id, Object amount) {
    Record row = GenericRecord.create(schema);
    row.setField("id", id);
    row.setField("amount", amount);
    return row;
  }

  private static void assertOutOfRange(TestProject project, Object value) {
    BergviewException failure = project.failure("V");
    assertThat(failure.code()).as(failure.toString()).isEqualTo(ErrorCode.OVERFLOW);
    assertThat(failure)
        .hasMessageContainingAll(
            "'amount', of which the partition key 'amount_trunc' is made, is " + value + ",",
            "nothing was committed");
  }

  @ParameterizedTest
  @MethodSource("extremes")
  void firstRefreshNamesTheColumnAndThePartitionKey(Type type, Object bad, Object good, int width) {
    try (TestProject project = TestProject.create(folder, TestProject.SQLITE)) {
      Table table = table(project, type, row(schema(type), 1, bad));
      project.define("V", definition(width));
      assertOutOfRange(project, bad);
      assertThat(project.tableOf("V").currentSnapshot()).isNull();
      assertThat(project.dataFiles("V")).isEmpty();
      CopyOnWrite.update(table, Expressions.equal("id", 1L), row -> row(schema(type), 1, good));
      project.refresh("V");
      assertThat(project.contents("V")).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("extremes")
  void followedChangeNamesTheColumnAndThePartitionKey(
      Type type, Object bad, Object good, int width) {
    try (TestProject project = TestProject.create(folder, TestProject.SQLITE)) {
      Schema schema = schema(type);
      Table table = table(project, type, row(schema, 1, good), row(schema, 2, good));
      project.define("V", definition(width));
      project.refresh("V");
      long before = project.tableOf("V").currentSnapshot().snapshotId();
      RowFiles.append(table, List.of(row(schema, 3, bad)));
      assertOutOfRange(project, bad);
      CopyOnWrite.delete(table, Expressions.equal("id", 3L));
      CopyOnWrite.update(table, Expressions.equal("id", 1L), old -> row(schema, 1, bad));
      assertOutOfRange(project, bad);
      assertThat(project.tableOf("V").currentSnapshot().snapshotId()).isEqualTo(before);
      assertThat(project.contents("V")).hasSize(2);
    }
  }

  private static Table table(TestProject project, Type type, Record... rows) {
    project.createNamespace("f");
    project
        .catalog()
        .createTable(
            TableIdentifier.of("f", "things"), schema(type), PartitionSpec.unpartitioned());
    project.write("types/thing.yaml", "$type: Thing\n$table: f.things\n$id: id\n");
    Table table = project.table("f", "things");
    RowFiles.append(table, List.of(rows));
    return table;
  }

  private static String definition(int width) {
    return "$from: Thing\n$partitionBy: [{truncate: %d, of: amount}]\n".formatted(width);
  }
}
