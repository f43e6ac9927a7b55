package io.bergview.discover;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.EntityType;
import io.bergview.projection.plan.TypeShapes;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A table that takes part in discovery: one that gets a type, or one whose type is known and that
 * others may refer to.
 *
 * @param typeName its type's name, given or known
 * @param known its type, where the project has one
 */
record Subject(FoundTable table, TableWords words, String typeName, Optional<EntityType> known) {
  /** Wide tables have their keys among so many columns; the rest is measures. */
  private static final int MOST_COLUMNS = 40;

  Subject {
    requireNonNull(table, "table is null");
    requireNonNull(words, "words is null");
    requireNonNull(typeName, "typeName is null");
    requireNonNull(known, "known is null");
  }

  List<NestedField> fields() {
    return table.table().schema().columns();
  }

  Optional<NestedField> field(String name) {
    return Optional.ofNullable(table.table().schema().asStruct().field(name));
  }

  /** The columns that may be part of a key or refer to one: by their types, then by their names. */
  List<NestedField> candidates() {
    Set<Integer> identifiers = table.table().schema().identifierFieldIds();
    List<NestedField> fit =
        fields().stream().filter(field -> isKeyType(field.type()) && hasUsableName(field)).toList();
    if (fit.size() <= MOST_COLUMNS) {
      return fit;
    }
    return fit.stream()
        .sorted(
            Comparator.comparing((NestedField field) -> !identifiers.contains(field.fieldId()))
                .thenComparing(field -> !words.column(field.name()).identifies())
                .thenComparing(fit::indexOf))
        .limit(MOST_COLUMNS)
        .sorted(Comparator.comparing(fit::indexOf))
        .toList();
  }

  /** Whether keys are made of such values. */
  static boolean isKeyType(Type type) {
    return switch (type.typeId()) {
      case INTEGER, LONG, STRING, UUID, DATE, TIMESTAMP -> TypeShapes.supported(type);
      case DECIMAL -> ((Types.DecimalType) type).scale() == 0;
      default -> false;
    };
  }

  /** A name that SQL and a definition can hold. */
  static boolean hasUsableName(NestedField field) {
    return TypeShapes.isName(field.name())
        && field
            .name()
            .codePoints()
            .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}
