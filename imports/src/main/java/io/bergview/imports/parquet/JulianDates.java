package io.bergview.imports.parquet;

import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.imports.source.SourceFile;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.example.data.simple.NanoTime;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Files whose old dates and timestamps are of the Julian calendar: those of Spark 2, and of Spark 3
 * and 4 where {@code datetimeRebaseModeInWrite} or {@code int96RebaseModeInWrite} is {@code
 * LEGACY}. Spark shifts them when it reads them; nobody else does.
 */
final class JulianDates {
  private static final String VERSION = "org.apache.spark.version";
  private static final String LEGACY_DATES = "org.apache.spark.legacyDateTime";
  private static final String LEGACY_INT96 = "org.apache.spark.legacyINT96";

  /** The first day of the Gregorian calendar. */
  private static final long FIRST_DAY = LocalDate.of(1582, 10, 15).toEpochDay();

  /** Before it local time in some zones was shifted otherwise, too. */
  private static final Instant FIRST_INSTANT = Instant.parse("1900-01-01T00:00:00Z");

  /** The Julian day number of 1900-01-01, as in timestamps of 96 bits. */
  private static final int FIRST_INT96_DAY = 2_415_021;

  private JulianDates() {}

  /**
   * That no value would be read as another day than Spark reads.
   *
   * @throws DataException {@code IMPORT_FILE_UNREADABLE}
   */
  static void check(SourceFile file, ParquetMetadata footer) {
    Map<String, String> written = footer.getFileMetaData().getKeyValueMetaData();
    boolean dates = isLegacy(written, LEGACY_DATES, "3.0.0");
    boolean int96 = isLegacy(written, LEGACY_INT96, "3.1.0");
    if (!dates && !int96) {
      return;
    }
    for (ColumnDescriptor column : footer.getFileMetaData().getSchema().getColumns()) {
      LeafValues.Test isOld = isOld(column, dates, int96);
      if (isOld != null && LeafValues.any(file, footer, column, isOld)) {
        throw new DataException(
            ErrorCode.IMPORT_FILE_UNREADABLE,
            "Column %s of file %s has dates of the Julian calendar, which only Spark reads as such; write the file again with spark.sql.parquet.datetimeRebaseModeInWrite=CORRECTED and spark.sql.parquet.int96RebaseModeInWrite=CORRECTED"
                .formatted(String.join(".", column.getPath()), file.path()));
      }
    }
  }

  private static boolean isLegacy(Map<String, String> written, String mark, String since) {
    String version = written.get(VERSION);
    return version != null && (version.compareTo(since) < 0 || written.containsKey(mark));
  }

  private static LeafValues.@Nullable Test isOld(
      ColumnDescriptor column, boolean dates, boolean int96) {
    if (column.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.INT96) {
      return int96
          ? values -> NanoTime.fromBinary(values.getBinary()).getJulianDay() < FIRST_INT96_DAY
          : null;
    }
    LogicalTypeAnnotation type = column.getPrimitiveType().getLogicalTypeAnnotation();
    if (dates && type instanceof DateLogicalTypeAnnotation) {
      return values -> values.getInteger() < FIRST_DAY;
    }
    if (dates && type instanceof TimestampLogicalTypeAnnotation timestamp) {
      long first =
          switch (timestamp.getUnit()) {
            case MILLIS -> FIRST_INSTANT.toEpochMilli();
            case MICROS -> FIRST_INSTANT.getEpochSecond() * 1_000_000;
            case NANOS -> FIRST_INSTANT.getEpochSecond() * 1_000_000_000;
          };
      return values -> values.getLong() < first;
    }
    return null;
  }
}
