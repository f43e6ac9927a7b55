package io.bergview.spark.sql;

import io.bergview.projection.plan.TypeShapes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** DuckDB's types as forms write them. */
final class FormTypes {
  private FormTypes() {}

  static Type read(FormTokens tokens) {
    Type type = single(tokens);
    while (tokens.take("[", "]")) {
      type = TypeShapes.listOf(type);
    }
    return type;
  }

  private static Type single(FormTokens tokens) {
    String word = tokens.name().toUpperCase(Locale.ROOT);
    return switch (word) {
      case "BOOLEAN" -> Types.BooleanType.get();
      case "INTEGER" -> Types.IntegerType.get();
      case "BIGINT" -> Types.LongType.get();
      case "FLOAT" -> Types.FloatType.get();
      case "DOUBLE" -> Types.DoubleType.get();
      case "DATE" -> Types.DateType.get();
      case "TIMESTAMP" ->
          tokens.take("WITH", "TIME", "ZONE")
              ? Types.TimestampType.withZone()
              : Types.TimestampType.withoutZone();
      case "TIMESTAMPTZ" -> Types.TimestampType.withZone();
      case "VARCHAR" -> Types.StringType.get();
      case "UUID" -> Types.UUIDType.get();
      case "BLOB" -> Types.BinaryType.get();
      case "DECIMAL" -> decimal(tokens);
      case "STRUCT" -> struct(tokens);
      case "MAP" -> map(tokens);
      default -> throw new UnsupportedOnSpark("type " + word.toLowerCase(Locale.ROOT));
    };
  }

  private static Type decimal(FormTokens tokens) {
    tokens.expect("(");
    int precision = tokens.number();
    tokens.expect(",");
    int scale = tokens.number();
    tokens.expect(")");
    return Types.DecimalType.of(precision, scale);
  }

  private static Type map(FormTokens tokens) {
    tokens.expect("(");
    Type key = read(tokens);
    tokens.expect(",");
    Type value = read(tokens);
    tokens.expect(")");
    return TypeShapes.mapOf(key, value);
  }

  private static Type struct(FormTokens tokens) {
    List<String> names = new ArrayList<>();
    List<Type> types = new ArrayList<>();
    tokens.expect("(");
    do {
      names.add(tokens.name());
      types.add(read(tokens));
    } while (tokens.take(","));
    tokens.expect(")");
    return TypeShapes.structOf(names, types);
  }
}
