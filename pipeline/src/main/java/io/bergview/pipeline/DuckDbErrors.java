package io.bergview.pipeline;

import io.bergview.errors.BergviewException;
import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.MissingFileException;
import io.bergview.errors.StorageException;
import java.io.FileNotFoundException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLTimeoutException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.exceptions.NotFoundException;

/**
 * DuckDB reports what went wrong only as text, "Kind Error: message"; this class classifies them.
 */
final class DuckDbErrors {
  /** What {@code bv_fail} raises: a code and a message of our own, in the middle of a query. */
  private static final Pattern RAISED =
      Pattern.compile(
          "bergview:([A-Z_]+):(.*?)(?:\\n\\nLINE |\\n\\nStack Trace|\\n\\s+at |$)", Pattern.DOTALL);

  /** What DuckDB adds of columns that only our statements know. */
  private static final Pattern OWN_COLUMN =
      Pattern.compile(" when casting from source column .*$", Pattern.DOTALL);

  private static final Pattern DUCKDB =
      Pattern.compile("(?:^|message=)([A-Za-z ]+) Error: (.*)$", Pattern.DOTALL);

  private DuckDbErrors() {}

  static BergviewException translate(Throwable failure, String sql) {
    if (failure instanceof BergviewException known) {
      return known;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof NotFoundException
          || cause instanceof NoSuchFileException
          || cause instanceof FileNotFoundException) {
        return new MissingFileException(String.valueOf(cause.getMessage()), failure);
      }
    }
    String text = String.valueOf(failure.getMessage());
    Matcher raised = RAISED.matcher(text);
    Optional<ErrorCode> code =
        raised.find()
            ? Arrays.stream(ErrorCode.values())
                .filter(known -> known.name().equals(raised.group(1)))
                .findFirst()
            : Optional.empty();
    if (code.isPresent()) {
      return new DataException(code.get(), raised.group(2).strip(), failure);
    }
    Matcher duckdb = DUCKDB.matcher(text);
    boolean found = duckdb.find();
    String kind = found ? duckdb.group(1) : "";
    String message = found ? duckdb.group(2) : text;
    if (failure instanceof SQLTimeoutException || kind.equals("INTERRUPT")) {
      return new CancelledException(failure);
    }
    return switch (kind) {
      case "Out of Memory" ->
          new StorageException(
              ErrorCode.OUT_OF_MEMORY,
              "The query needs more memory or temporary space than its limit: "
                  + firstLine(message)
                  + ". Raise the memory limit or the temporary space, or lower the number of"
                  + " threads.",
              failure);
      case "Out of Range" ->
          new DataException(
              ErrorCode.OVERFLOW, "A value is out of range: " + words(message), failure);
      case "Conversion" ->
          isRange(message)
              ? new DataException(
                  ErrorCode.OVERFLOW, "A value is out of range: " + words(message), failure)
              : new DataException(
                  ErrorCode.VALUE_INVALID,
                  "A value cannot be converted: " + words(message),
                  failure);
      case "Invalid Input" ->
          message.startsWith("Division by zero")
              ? new DataException(ErrorCode.VALUE_INVALID, "division by zero", failure)
              : refused(text, failure, sql);
      case "IO" -> storage(message, failure);
      default -> refused(text, failure, sql);
    };
  }

  /** The statement itself is among the causes, which {@code --verbose} shows. */
  private static BergviewException refused(String text, Throwable failure, String sql) {
    return new StorageException(
        ErrorCode.INTERNAL,
        "DuckDB rejected a statement that Bergview generated, which is a bug in Bergview: %s; --verbose shows the statement"
            .formatted(text.isBlank() ? failure.getClass().getSimpleName() : firstLine(text)),
        new FailedStatement(sql, failure));
  }

  private static BergviewException storage(String message, Throwable failure) {
    String lower = message.toLowerCase(Locale.ROOT);
    if (lower.contains("no files found that match") || lower.contains("no such file")) {
      return new MissingFileException(firstLine(message), failure);
    }
    return new StorageException(
        ErrorCode.STORAGE_FAILED,
        "Reading or writing failed: "
            + firstLine(message)
            + ". Check free space and permissions, then try again.",
        failure);
  }

  /** Whether a file that cannot be read may be what is behind a failure. */
  static boolean mayBeOfAFile(BergviewException told) {
    return told.code() == ErrorCode.STORAGE_FAILED || isUnexplained(told);
  }

  /** Whether DuckDB's message does not show the cause. */
  static boolean isUnexplained(BergviewException told) {
    return told.code() == ErrorCode.INTERNAL && !isOfTheDatabase(told);
  }

  /** Whether DuckDB has given up the whole database, so that every statement fails. */
  static boolean isOfTheDatabase(Throwable failure) {
    return String.valueOf(failure.getMessage()).contains("database has been invalidated");
  }

  private static boolean isRange(String message) {
    String lower = message.toLowerCase(Locale.ROOT);
    return lower.contains("out of range")
        || lower.contains("overflow")
        || lower.contains("could not cast value")
        || lower.contains("failed to cast decimal value");
  }

  /** A message about a value, with the types as users know them. */
  private static String words(String message) {
    return OWN_COLUMN
        .matcher(firstLine(message))
        .replaceFirst("")
        .replace("INT64", "long")
        .replace("INT32", "int");
  }

  private static String firstLine(String text) {
    String line = text.strip().lines().findFirst().orElse("");
    return line.endsWith(".") || line.endsWith("!") ? line.substring(0, line.length() - 1) : line;
  }
}
