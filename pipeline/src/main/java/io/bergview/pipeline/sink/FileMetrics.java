package io.bergview.pipeline.sink;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FieldMetrics;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.Schema;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Iceberg's metrics of a file that COPY wrote, by Iceberg's own code from the footer, with three
 * differences.
 *
 * <p>Floating-point columns come from COPY's statistics, which count NaN and leave it out of the
 * bounds; a footer has no bounds at all where there is a NaN. To DuckDB 0.0 and -0.0 are one value,
 * to Iceberg's evaluators they are two in order, so a zero lower bound is written as -0.0 and a
 * zero upper bound as 0.0.
 *
 * <p>A uuid has no bounds: readers disagree on whether its bytes compare signed, and with bounds an
 * equality filter skipped files that had the row.
 */
record FileMetrics(Metrics metrics, List<Long> splitOffsets) {
  /** Built once, and without a Hadoop configuration, which takes longer to load than a footer. */
  private static final ParquetReadOptions OPTIONS =
      ParquetReadOptions.builder(new PlainParquetConfiguration()).build();

  static FileMetrics of(WrittenFile file, Schema schema, MetricsConfig config) {
    LocalInputFile input = new LocalInputFile(file.path());
    try (SeekableInputStream stream = input.newStream()) {
      ParquetMetadata footer = ParquetFileReader.readFooter(input, OPTIONS, stream);
      Metrics metrics = ParquetUtil.footerMetrics(footer, floating(file, schema), config);
      return new FileMetrics(
          withoutUuidBounds(metrics, schema), ParquetUtil.getSplitOffsets(footer));
    } catch (IOException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "Cannot read back the footer of '" + file.path() + "': " + e.getMessage(),
          e);
    }
  }

  private static Stream<FieldMetrics<?>> floating(WrittenFile file, Schema schema) {
    Map<Integer, NestedField> fields = TypeUtil.indexById(schema.asStruct());
    Set<Integer> repeated = repeated(schema);
    IntFunction<String> names = Columns.statisticsNames(schema);
    return fields.values().stream()
        .filter(field -> !repeated.contains(field.fieldId()))
        .filter(field -> is(field, TypeID.FLOAT) || is(field, TypeID.DOUBLE))
        .map(field -> floating(file, field, names.apply(field.fieldId())));
  }

  private static FieldMetrics<?> floating(WrittenFile file, NestedField field, String name) {
    Map<String, String> statistics = file.statistics().getOrDefault(name, Map.of());
    String min = statistics.get("min");
    String max = statistics.get("max");
    return is(field, TypeID.FLOAT)
        ? metrics(file, name, field, boundFloat(min, -0.0f), boundFloat(max, 0.0f))
        : metrics(file, name, field, boundDouble(min, -0.0), boundDouble(max, 0.0));
  }

  private static <T> FieldMetrics<T> metrics(
      WrittenFile file, String name, NestedField field, @Nullable T lower, @Nullable T upper) {
    long values = file.count(name, "num_values");
    long nulls = file.count(name, "null_count");
    long nans = file.count(name, "nan_count");
    return lower == null || upper == null
        ? new FieldMetrics<>(field.fieldId(), values, nulls, nans)
        : new FieldMetrics<>(field.fieldId(), values, nulls, nans, lower, upper, field.type());
  }

  private static @Nullable Float boundFloat(@Nullable String text, float zero) {
    if (text == null) {
      return null;
    }
    float bound = Float.parseFloat(PartitionColumn.javaFloat(text));
    return bound == 0 ? zero : bound;
  }

  private static @Nullable Double boundDouble(@Nullable String text, double zero) {
    if (text == null) {
      return null;
    }
    double bound = Double.parseDouble(PartitionColumn.javaFloat(text));
    return bound == 0 ? zero : bound;
  }

  private static boolean is(NestedField field, TypeID type) {
    return field.type().typeId() == type;
  }

  /** Everything inside a list or a map. */
  private static Set<Integer> repeated(Schema schema) {
    Set<Integer> repeated = new HashSet<>();
    for (NestedField field : TypeUtil.indexById(schema.asStruct()).values()) {
      Type type = field.type();
      if (type.isListType() || type.isMapType()) {
        repeated.addAll(TypeUtil.indexById(Types.StructType.of(field)).keySet());
      }
    }
    return repeated;
  }

  /** The metrics of a file that Iceberg's own writer wrote. */
  static Metrics withoutUuidBounds(DataFile file, Schema schema) {
    return new Metrics(
        file.recordCount(),
        file.columnSizes(),
        file.valueCounts(),
        file.nullValueCounts(),
        file.nanValueCounts(),
        withoutUuids(file.lowerBounds(), schema),
        withoutUuids(file.upperBounds(), schema));
  }

  private static Metrics withoutUuidBounds(Metrics metrics, Schema schema) {
    return new Metrics(
        metrics.recordCount(),
        metrics.columnSizes(),
        metrics.valueCounts(),
        metrics.nullValueCounts(),
        metrics.nanValueCounts(),
        withoutUuids(metrics.lowerBounds(), schema),
        withoutUuids(metrics.upperBounds(), schema));
  }

  private static Map<Integer, ByteBuffer> withoutUuids(
      @Nullable Map<Integer, ByteBuffer> bounds, Schema schema) {
    Map<Integer, ByteBuffer> kept = new HashMap<>(bounds == null ? Map.of() : bounds);
    kept.keySet().removeIf(id -> schema.findType(id).typeId() == TypeID.UUID);
    return kept;
  }
}
