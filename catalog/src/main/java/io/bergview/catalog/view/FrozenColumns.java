package io.bergview.catalog.view;

import io.bergview.catalog.lineage.ColumnChange;
import io.bergview.catalog.lineage.UsedColumn;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.SourceException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The current state of the columns of one source that a definition froze: with the frozen names and
 * the current field ids and types. A column that is still the same is followed, even to another
 * primitive type; one that is gone or replaced is an error.
 */
final class FrozenColumns {
  private final String view;
  private final StoredDefinition.Source source;
  private final SourceColumns now;
  private final List<String> lost = new ArrayList<>();

  FrozenColumns(String view, StoredDefinition.Source source, SourceColumns now) {
    this.view = view;
    this.source = source;
    this.now = now;
  }

  /** As {@link FrozenTypes#follows}. */
  static boolean follow(
      String view, StoredDefinition.Source source, SourceColumns now, Schema wanted) {
    FrozenColumns columns = new FrozenColumns(view, source, now);
    try {
      return same(columns.followed(), wanted.columns()) && columns.lost.isEmpty();
    } catch (SourceException notTheSameColumns) {
      return false;
    }
  }

  private static boolean same(List<Types.NestedField> some, List<Types.NestedField> others) {
    if (some.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < some.size(); i++) {
      Types.NestedField one = some.get(i);
      Types.NestedField other = others.get(i);
      boolean alike =
          one.fieldId() == other.fieldId()
              && one.name().equals(other.name())
              && one.isOptional() == other.isOptional()
              && same(one.type(), other.type());
      if (!alike) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(Type one, Type other) {
    return one.isNestedType() && one.typeId() == other.typeId()
        ? same(one.asNestedType().fields(), other.asNestedType().fields())
        : one.equals(other);
  }

  /**
   * The frozen columns in their order. Parts of structs that are not there any more are left out.
   *
   * @throws SourceException {@code SOURCE_SCHEMA_CHANGED} where a whole column is not there
   */
  List<Types.NestedField> followed() {
    List<Types.NestedField> fields = new ArrayList<>();
    for (Types.NestedField column : source.schema().columns()) {
      Types.NestedField there = now.find(column, now.schema().columns());
      if (there == null) {
        throw notThere(column);
      }
      fields.add(follow(column, there, column.name()));
    }
    return fields;
  }

  /** What became of the parts that {@link #followed} left out, a clause each. */
  List<String> lost() {
    return lost;
  }

  private Types.NestedField follow(Types.NestedField frozen, Types.NestedField there, String path) {
    return Types.NestedField.from(frozen)
        .withId(there.fieldId())
        .isOptional(there.isOptional())
        .ofType(type(frozen.type(), there.type(), path))
        .build();
  }

  private Type type(Type frozen, Type there, String path) {
    if (frozen.isPrimitiveType() && there.isPrimitiveType()) {
      return there;
    }
    if (frozen.typeId() != there.typeId()) {
      throw retyped(path, frozen, there);
    }
    return switch (frozen.typeId()) {
      case STRUCT ->
          Types.StructType.of(
              fields(frozen.asStructType().fields(), there.asStructType().fields(), path));
      case LIST -> {
        Types.ListType list = there.asListType();
        Type element =
            type(frozen.asListType().elementType(), list.elementType(), path + ".element");
        yield list.isElementOptional()
            ? Types.ListType.ofOptional(list.elementId(), element)
            : Types.ListType.ofRequired(list.elementId(), element);
      }
      case MAP -> {
        Types.MapType map = there.asMapType();
        Type key = type(frozen.asMapType().keyType(), map.keyType(), path + ".key");
        Type value = type(frozen.asMapType().valueType(), map.valueType(), path + ".value");
        yield map.isValueOptional()
            ? Types.MapType.ofOptional(map.keyId(), map.valueId(), key, value)
            : Types.MapType.ofRequired(map.keyId(), map.valueId(), key, value);
      }
      default -> there;
    };
  }

  private List<Types.NestedField> fields(
      List<Types.NestedField> frozen, List<Types.NestedField> there, String path) {
    List<Types.NestedField> parts = new ArrayList<>();
    for (Types.NestedField part : frozen) {
      Types.NestedField same = now.find(part, there);
      String partPath = path + "." + part.name();
      if (same != null) {
        parts.add(follow(part, same, partPath));
      } else {
        lost.add(
            "'%s' (field %d) of %s %s"
                .formatted(
                    partPath, part.fieldId(), source.table(), change(part, there).words(null)));
      }
    }
    return parts;
  }

  private static ColumnChange change(Types.NestedField frozen, List<Types.NestedField> there) {
    boolean taken = there.stream().anyMatch(field -> field.name().equals(frozen.name()));
    return ColumnChange.of(UsedColumn.kind(frozen.type()), null, taken);
  }

  private SourceException notThere(Types.NestedField column) {
    ColumnChange change = change(column, now.schema().columns());
    String what =
        change == ColumnChange.REPLACED
            ? "; the view keeps its last result. Apply the definition again to read that one"
            : "; the view keeps its last result. Change the definition and apply it";
    return failure(
        "reads column '%s' (field %d) of table %s, which %s%s"
            .formatted(column.name(), column.fieldId(), source.table(), change.words(null), what));
  }

  private SourceException retyped(String path, Type frozen, @Nullable Type there) {
    return failure(
        "reads column '%s' of table %s as %s, but it %s; the view keeps its last result. Apply the definition again to take it as it is"
            .formatted(path, source.table(), frozen, ColumnChange.RETYPED.words(there)));
  }

  private SourceException failure(String what) {
    return new SourceException(ErrorCode.SOURCE_SCHEMA_CHANGED, "View %s %s".formatted(view, what));
  }
}
