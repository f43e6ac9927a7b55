package io.bergview.pipeline.sink;

import static io.bergview.projection.sql.DuckDbTypes.text;

import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * No null may enter a required field. For columns the counts returned by COPY are checked, at no
 * cost; for fields inside them, SQL in the query.
 */
final class RequiredFields {
  private RequiredFields() {}

  static DataException nullIn(NestedField column) {
    return new DataException(
        ErrorCode.VALUE_INVALID,
        "Column '%s' is required, but a row has no value for it. Filter those rows out, or make the column optional."
            .formatted(column.name()));
  }

  /** The column's value, failing where a required field inside it is null. */
  static String checked(NestedField column, String value) {
    return violation(column.type(), value, 0)
        .map(
            broken ->
                "CASE WHEN %s THEN bv_fail('%s', %s) ELSE %s END"
                    .formatted(
                        broken,
                        ErrorCode.VALUE_INVALID,
                        text(
                            "Column '"
                                + column.name()
                                + "' has no value for a required field inside it."),
                        value))
        .orElse(value);
  }

  private static Optional<String> violation(Type type, String value, int depth) {
    String item = "x" + depth;
    return switch (type.typeId()) {
      case STRUCT -> {
        List<String> broken =
            type.asStructType().fields().stream()
                .flatMap(
                    field ->
                        nested(
                            field,
                            "struct_extract(" + value + ", " + text(field.name()) + ")",
                            depth)
                            .stream())
                .toList();
        yield broken.isEmpty()
            ? Optional.empty()
            : Optional.of("(" + value + " IS NOT NULL AND (" + String.join(" OR ", broken) + "))");
      }
      case LIST ->
          nested(type.asListType().fields().get(0), item, depth + 1)
              .map(
                  broken ->
                      "len(list_filter(" + value + ", lambda " + item + ": " + broken + ")) > 0");
      case MAP ->
          nested(type.asMapType().fields().get(1), item, depth + 1)
              .map(
                  broken ->
                      "len(list_filter(map_values("
                          + value
                          + "), lambda "
                          + item
                          + ": "
                          + broken
                          + ")) > 0");
      default -> Optional.empty();
    };
  }

  private static Optional<String> nested(NestedField field, String value, int depth) {
    Stream<String> own = field.isRequired() ? Stream.of(value + " IS NULL") : Stream.empty();
    String broken =
        Stream.concat(own, violation(field.type(), value, depth).stream())
            .collect(Collectors.joining(" OR "));
    return broken.isEmpty() ? Optional.empty() : Optional.of("(" + broken + ")");
  }
}
