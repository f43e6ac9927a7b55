package io.bergview.projection.resolve;

import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.plan.TypeShapes;
import io.bergview.projection.plan.TypeShapes.Unsupported;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Error messages for columns that views cannot hold, or whose nested fields they cannot hold. */
final class UnsupportedColumns {
  private UnsupportedColumns() {}

  /** What is wrong with a column whose type is not supported. */
  static String message(PathNode node, Types.NestedField field) {
    Unsupported part = TypeShapes.unsupported(field.name(), field.type()).orElseThrow();
    String column = "column '" + field.name() + "' of " + node.display();
    if (TypeShapes.supported(part.type())) {
      return part.path().indexOf('\0') < 0
          ? column + " holds a field without a name, which views cannot hold"
          : "%s holds '%s', in whose name is the character U+0000, which views cannot hold"
              .formatted(column, part.path().replace("\0", "\\u0000"));
    }
    if (part.type().isStructType()) {
      return column
          + " is or holds a struct, '"
          + part.path()
          + "', with fields that differ only in case, which views cannot hold";
    }
    return part.type().equals(field.type())
        ? column + " is " + part.type() + ", a type of format v3 that views cannot hold yet"
        : column
            + " holds '"
            + part.path()
            + "' of type "
            + part.type()
            + ", a type of format v3 that views cannot hold yet";
  }

  /** How a definition does without the part that is not supported. */
  static String advice(PathNode node, Types.NestedField field) {
    Optional<Type> readable = TypeShapes.readable(field.type());
    if (readable.isEmpty()) {
      return "leave it out with $select";
    }
    List<String> path = new ArrayList<>(node.path());
    path.add(field.name());
    ColumnPath column = new ColumnPath(path, "");
    if (readable.get().isStructType()) {
      ColumnPath other = first(path, readable.get());
      return "name the other fields by their paths: $select: {%s: %s}"
          .formatted(ColumnPath.of(other.last()), other);
    }
    Type element = readable.get().asListType().elementType();
    return element.isStructType()
        ? "declare it as an embedded list to use the other fields: $expand: [%s], and $select: [%s]"
            .formatted(column, ColumnPath.of(first(path, element).joined()))
        : "leave it out with $select";
  }

  /** The path of the first field that is not a struct. */
  private static ColumnPath first(List<String> path, Type type) {
    if (!type.isStructType()) {
      return new ColumnPath(path, "");
    }
    Types.NestedField field = type.asStructType().fields().get(0);
    List<String> longer = new ArrayList<>(path);
    longer.add(field.name());
    return first(longer, field.type());
  }
}
