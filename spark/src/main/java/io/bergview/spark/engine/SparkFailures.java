package io.bergview.spark.engine;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ConflictException;
import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.MissingFileException;
import io.bergview.errors.StorageException;
import io.bergview.pipeline.CancelledException;
import io.bergview.spark.sql.UnsupportedOnSpark;
import java.io.FileNotFoundException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.spark.SparkThrowable;
import org.jspecify.annotations.Nullable;

/** What Spark reports by error conditions, as Bergview's failures. */
final class SparkFailures {
  /** A code and a message of our own, raised in the middle of a query. */
  private static final Pattern RAISED =
      Pattern.compile("bergview:([A-Z_]+):(.*?)(?: SQLSTATE: |\\n|$)", Pattern.DOTALL);

  private static final Pattern OUT_OF_MEMORY =
      Pattern.compile(
          "OutOfMemoryError|SparkOutOfMemory|UNABLE_TO_ACQUIRE_MEMORY|Container killed.*memory"
              + "|exit code 137|exit code: 52");

  /** Iceberg's readers for Spark meet such values in a file even where they are not asked for. */
  private static final Pattern OF_TIMES =
      Pattern.compile("TIME_MICROS|TimeMicros|Spark does not support time fields");

  private SparkFailures() {}

  static BergviewException translate(Throwable failure, String query, boolean cancelled) {
    if (failure instanceof BergviewException known) {
      return known;
    }
    if (cancelled) {
      return new CancelledException(failure);
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      BergviewException known = ofCause(cause, failure);
      if (known != null) {
        return known;
      }
    }
    String text = text(failure);
    if (text.contains("bergview:")) {
      Optional<BergviewException> raised = raised(text, failure);
      if (raised.isPresent()) {
        return raised.get();
      }
    }
    if (OF_TIMES.matcher(text).find()) {
      return new UnsupportedOnSpark("rows of files with values of type time");
    }
    if (OUT_OF_MEMORY.matcher(text).find()) {
      return new StorageException(
          ErrorCode.OUT_OF_MEMORY,
          "Spark ran out of memory: %s. Give executors more memory (spark.executor.memory), or more partitions (spark.sql.shuffle.partitions)"
              .formatted(firstLine(failure)),
          failure);
    }
    if (text.contains("Checkpoint block") || text.contains("CHECKPOINT_RDD_BLOCK_ID_NOT_FOUND")) {
      return new ConflictException(
          ErrorCode.COMMIT_CONFLICT,
          "An executor was lost with rows that the refresh had computed; nothing was committed,"
              + " refresh again",
          failure);
    }
    return new StorageException(
        ErrorCode.INTERNAL,
        "Spark rejected or failed a query that Bergview generated: %s; --verbose shows the query"
            .formatted(firstLine(failure)),
        new IllegalStateException(query, failure));
  }

  private static @Nullable BergviewException ofCause(Throwable cause, Throwable failure) {
    if (cause instanceof NotFoundException
        || cause instanceof NoSuchFileException
        || cause instanceof FileNotFoundException) {
      return new MissingFileException(String.valueOf(cause.getMessage()), failure);
    }
    if (cause instanceof SparkThrowable spark && spark.getCondition() != null) {
      return ofCondition(spark.getCondition(), cause, failure);
    }
    return null;
  }

  private static @Nullable BergviewException ofCondition(
      String condition, Throwable cause, Throwable failure) {
    String name = condition.split("\\.")[0];
    return switch (name) {
      case "USER_RAISED_EXCEPTION" -> raised(text(cause), failure).orElse(null);
      case "ARITHMETIC_OVERFLOW",
          "NUMERIC_VALUE_OUT_OF_RANGE",
          "BINARY_ARITHMETIC_OVERFLOW",
          "CAST_OVERFLOW",
          "CAST_OVERFLOW_IN_TABLE_INSERT",
          "DATETIME_OVERFLOW",
          "INTERVAL_ARITHMETIC_OVERFLOW" ->
          new DataException(
              ErrorCode.OVERFLOW, "A value is out of range: " + firstLine(cause), failure);
      case "CAST_INVALID_INPUT",
          "CANNOT_PARSE_TIMESTAMP",
          "CANNOT_PARSE_DECIMAL",
          "INVALID_ARRAY_INDEX",
          "INVALID_ARRAY_INDEX_IN_ELEMENT_AT",
          "INVALID_FRACTION_OF_SECOND",
          "DATETIME_FIELD_OUT_OF_BOUNDS" ->
          new DataException(
              ErrorCode.VALUE_INVALID, "A value cannot be converted: " + firstLine(cause), failure);
      case "DIVIDE_BY_ZERO", "REMAINDER_BY_ZERO" ->
          new DataException(ErrorCode.VALUE_INVALID, "division by zero", failure);
      case "NOT_NULL_ASSERT_VIOLATION" ->
          new DataException(
              ErrorCode.VALUE_INVALID,
              "A required column has no value in a row: "
                  + firstLine(cause)
                  + ". Filter those rows out, or make the column optional.",
              failure);
      default -> null;
    };
  }

  private static Optional<BergviewException> raised(String text, Throwable failure) {
    Matcher raised = RAISED.matcher(text);
    if (!raised.find()) {
      return Optional.empty();
    }
    return Arrays.stream(ErrorCode.values())
        .filter(code -> code.name().equals(raised.group(1)))
        .findFirst()
        .map(code -> new DataException(code, raised.group(2).strip(), failure));
  }

  private static String text(Throwable failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      text.append(cause).append('\n');
    }
    return text.toString();
  }

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("").strip();
  }
}
