package io.bergview.pipeline;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.SerializableFunction;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBScalarFunctionBuilder;

/**
 * The user-defined functions that a statement may use. Each is installed when a statement first
 * names it: all of them together would cost every session several milliseconds. Safe for use by
 * several threads.
 *
 * <ul>
 *   <li>{@code bv_unscaled(decimal)}: its unscaled value, HUGEINT, exact.
 *   <li>{@code bv_decimal_text(unscaled, scale)}: the decimal as text; {@code CAST(.. AS DECIMAL(p,
 *       s))} of it is exact, and an error where it has more than p digits.
 *   <li>{@code bv_average_*}, {@code bv_add_*}, {@code bv_subtract_*}, {@code bv_multiply_*},
 *       {@code bv_divide_*}: {@link DecimalFunctions}.
 *   <li>{@code bv_hour_*}, {@code bv_minute_*}: {@link TimeFunctions}.
 *   <li>{@code bv_fail(code, message)}: fails the query with a {@link
 *       io.bergview.errors.DataException} of that {@link io.bergview.errors.ErrorCode}.
 *   <li>{@code bv_bucket_*(n, value)}: what {@link IcebergTransforms} writes for a bucket.
 * </ul>
 */
final class DuckDbFunctions {
  private static final String PREFIX = "bv_";
  private static final Pattern NAME = Pattern.compile("bv_[a-z0-9_]+");
  private static final int MOST_DIGITS = 38;

  private static final Map<String, String> MACROS =
      Map.of(
          "bv_unscaled",
          "CREATE MACRO bv_unscaled(x) AS CAST(replace(CAST(x AS VARCHAR), '.', '') AS HUGEINT)",
          "bv_decimal_text",
          """
          CREATE MACRO bv_decimal_text(u, s) AS CASE WHEN s = 0 THEN CAST(u AS VARCHAR) ELSE
            (CASE WHEN u < 0 THEN '-' ELSE '' END)
            || substr(repeat('0', greatest(0, s + 1 - length(CAST(abs(u) AS VARCHAR)))) || CAST(abs(u) AS VARCHAR), 1,
                 greatest(s + 1, length(CAST(abs(u) AS VARCHAR))) - s)
            || '.' || right(repeat('0', s) || CAST(abs(u) AS VARCHAR), s) END
          """,
          "bv_fail",
          "CREATE MACRO bv_fail(code, message) AS error('bergview:' || code || ':' || message)");

  private final DuckDBConnection connection;
  private final Set<String> installed = new HashSet<>();

  /**
   * @param connection any of the database's; what is installed holds for all of them
   */
  DuckDbFunctions(DuckDBConnection connection) {
    this.connection = connection;
  }

  /** Installs what a statement names and is not there yet. */
  synchronized void installFor(String sql) throws SQLException {
    if (!sql.contains(PREFIX)) {
      return;
    }
    for (Matcher names = NAME.matcher(sql); names.find(); ) {
      if (installed.add(names.group())) {
        install(names.group());
      }
    }
  }

  /** A name that is none of ours, such as a table's, needs nothing. */
  private void install(String name) throws SQLException {
    String macro = MACROS.get(name);
    if (macro != null) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(macro);
      }
      return;
    }
    if (DecimalFunctions.register(name, connection) || TimeFunctions.register(name, connection)) {
      return;
    }
    switch (name) {
      case "bv_bucket_long" ->
          bucket(name, DuckDBColumnType.BIGINT, Types.LongType.get(), rows -> rows::getLong);
      case "bv_bucket_decimal" ->
          bucket(
              name,
              DuckDBColumnType.HUGEINT,
              Types.DecimalType.of(MOST_DIGITS, 0),
              rows -> row -> new BigDecimal(rows.getHugeInt(row)));
      case "bv_bucket_text" ->
          bucket(name, DuckDBColumnType.VARCHAR, Types.StringType.get(), rows -> rows::getString);
      case "bv_bucket_uuid" ->
          bucket(
              name,
              DuckDBColumnType.VARCHAR,
              Types.UUIDType.get(),
              rows -> row -> UUID.fromString(rows.getString(row)));
      case "bv_bucket_hex" ->
          bucket(
              name,
              DuckDBColumnType.VARCHAR,
              Types.BinaryType.get(),
              rows -> row -> ByteBuffer.wrap(HexFormat.of().parseHex(rows.getString(row))));
      default -> {}
    }
  }

  /** Reads one value, which is not null, of a vector. */
  private interface ValueAt {
    Object at(long row);
  }

  /** A function (buckets INTEGER, value) to INTEGER by Iceberg's own transform; null gives null. */
  private void bucket(
      String name,
      DuckDBColumnType input,
      Type type,
      Function<DuckDBReadableVector, ValueAt> reader)
      throws SQLException {
    try (DuckDBScalarFunctionBuilder builder = DuckDBFunctions.scalarFunction()) {
      builder
          .withName(name)
          .withParameters(DuckDBColumnType.INTEGER, input)
          .withReturnType(DuckDBColumnType.INTEGER)
          .withVectorizedFunction(
              (rows, buckets) -> {
                DuckDBReadableVector counts = rows.vector(0);
                DuckDBReadableVector values = rows.vector(1);
                ValueAt value = reader.apply(values);
                int count = -1;
                SerializableFunction<Object, Integer> hash = unused -> 0;
                for (long row = 0; row < rows.rowCount(); row++) {
                  if (values.isNull(row)) {
                    buckets.setNull(row);
                    continue;
                  }
                  if (counts.getInt(row) != count) {
                    count = counts.getInt(row);
                    hash = Transforms.bucket(count).bind(type);
                  }
                  buckets.setInt(row, hash.apply(value.at(row)));
                }
              })
          .register(connection);
    }
  }
}
