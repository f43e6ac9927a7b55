package io.bergview.pipeline;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
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
 * What every session knows besides DuckDB's own functions.
 *
 * <ul>
 *   <li>{@code bv_unscaled(decimal)}: its unscaled value, HUGEINT, exact.
 *   <li>{@code bv_decimal_text(unscaled, scale)}: the decimal as text; {@code CAST(.. AS DECIMAL(p,
 *       s))} of it is exact, and an error where it has more than p digits.
 *   <li>{@code bv_divide_half_up(u, n, k)}: round-half-up(u * 10^k / n) for n &gt; 0 and k from -1
 *       to 4. With D the divisor, u = q D + r gives q 10^k + round(r 10^k / D), in which nothing
 *       grows beyond the result: r 10^k is below 2^63 10^4. Half rounds away from zero, as {@link
 *       java.math.RoundingMode#HALF_UP} does.
 *   <li>{@code bv_fail(code, message)}: fails the query with a {@link
 *       io.bergview.errors.DataException} of that {@link io.bergview.errors.ErrorCode}.
 *   <li>{@code bv_bucket_*(n, value)}: what {@link IcebergTransforms} writes for a bucket.
 * </ul>
 */
final class KernelFunctions {
  private static final List<String> MACROS =
      List.of(
          "CREATE MACRO bv_unscaled(x) AS CAST(replace(CAST(x AS VARCHAR), '.', '') AS HUGEINT)",
          """
          CREATE MACRO bv_decimal_text(u, s) AS CASE WHEN s = 0 THEN CAST(u AS VARCHAR) ELSE
            (CASE WHEN u < 0 THEN '-' ELSE '' END)
            || substr(repeat('0', greatest(0, s + 1 - length(CAST(abs(u) AS VARCHAR)))) || CAST(abs(u) AS VARCHAR), 1,
                 greatest(s + 1, length(CAST(abs(u) AS VARCHAR))) - s)
            || '.' || right(repeat('0', s) || CAST(abs(u) AS VARCHAR), s) END
          """,
          "CREATE MACRO bv_power10(k) AS CAST(CASE k WHEN 1 THEN 10 WHEN 2 THEN 100 WHEN 3 THEN 1000"
              + " WHEN 4 THEN 10000 ELSE 1 END AS HUGEINT)",
          "CREATE MACRO bv_round_quotient(a, d) AS a // d + CASE WHEN a % d >= d - a % d THEN 1 ELSE"
              + " 0 END",
          """
          CREATE MACRO bv_divide_positive(a, d, m) AS
            (a // d) * m + bv_round_quotient((a % d) * m, d)
          """,
          """
          CREATE MACRO bv_divide_half_up(u, n, k) AS CAST(sign(u) AS HUGEINT)
            * bv_divide_positive(abs(CAST(u AS HUGEINT)), CAST(n AS HUGEINT) * bv_power10(-(k)), bv_power10(k))
          """,
          "CREATE MACRO bv_fail(code, message) AS error('bergview:' || code || ':' || message)");

  private KernelFunctions() {}

  static void install(DuckDBConnection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String macro : MACROS) {
        statement.execute(macro);
      }
    }
    bucket(
        connection,
        "bv_bucket_long",
        DuckDBColumnType.BIGINT,
        Types.LongType.get(),
        rows -> rows::getLong);
    bucket(
        connection,
        "bv_bucket_decimal",
        DuckDBColumnType.HUGEINT,
        Types.DecimalType.of(38, 0),
        rows -> row -> new BigDecimal(rows.getHugeInt(row)));
    bucket(
        connection,
        "bv_bucket_text",
        DuckDBColumnType.VARCHAR,
        Types.StringType.get(),
        rows -> rows::getString);
    bucket(
        connection,
        "bv_bucket_uuid",
        DuckDBColumnType.VARCHAR,
        Types.UUIDType.get(),
        rows -> row -> UUID.fromString(rows.getString(row)));
    bucket(
        connection,
        "bv_bucket_hex",
        DuckDBColumnType.VARCHAR,
        Types.BinaryType.get(),
        rows -> row -> ByteBuffer.wrap(HexFormat.of().parseHex(rows.getString(row))));
  }

  /** Reads one value, which is not null, of a vector. */
  private interface ValueAt {
    Object at(long row);
  }

  /** A function (buckets INTEGER, value) to INTEGER by Iceberg's own transform; null gives null. */
  private static void bucket(
      DuckDBConnection connection,
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
