package io.bergview.discover;

import io.bergview.catalog.lineage.ColumnChange;
import io.bergview.catalog.lineage.UsedColumn;
import io.bergview.catalog.view.SourceColumns;
import io.bergview.catalog.view.SourceColumns.Identity;
import io.bergview.discover.Drift.ChangeKind;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.FieldType;
import io.bergview.projection.definition.Relation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** How the columns of a table differ from what a view froze of them, or a type names. */
final class ColumnDrift {
  /** A difference of one column, or of a field in one. */
  record Difference(ChangeKind kind, String column, String detail) {}

  private final List<Difference> differences = new ArrayList<>();

  private ColumnDrift() {}

  /**
   * @param frozen the columns as a view knows them
   * @param now the table's
   */
  static List<Difference> of(Schema frozen, SourceColumns now, Table table) {
    ColumnDrift drift = new ColumnDrift();
    drift.fields("", frozen.columns(), now.schema().columns(), now.identity());
    if (showsAll(frozen, table)) {
      drift.added(frozen, now);
    }
    return drift.differences;
  }

  private void fields(
      String path, List<NestedField> frozen, List<NestedField> now, Identity identity) {
    for (NestedField field : frozen) {
      String name = path + field.name();
      NestedField same = same(field, now, identity);
      if (same == null) {
        boolean taken = now.stream().anyMatch(other -> other.name().equals(field.name()));
        add(
            taken ? ChangeKind.REPLACED : ChangeKind.GONE,
            name,
            (taken ? ColumnChange.REPLACED : ColumnChange.GONE).words(null));
        continue;
      }
      if (!same.name().equals(field.name())) {
        add(ChangeKind.RENAMED, name, "is '%s' now".formatted(path + same.name()));
      }
      types(name, field.type(), same.type(), identity);
    }
  }

  private void types(String name, Type frozen, Type now, Identity identity) {
    ColumnChange change = ColumnChange.of(UsedColumn.kind(frozen), now, false);
    switch (change) {
      case PROMOTED -> add(ChangeKind.PROMOTED, name, change.words(now));
      case RETYPED -> add(ChangeKind.RETYPED, name, change.words(now));
      default -> {
        if (frozen.isStructType() && now.isStructType()) {
          fields(name + ".", frozen.asStructType().fields(), now.asStructType().fields(), identity);
        }
      }
    }
  }

  private static @Nullable NestedField same(
      NestedField frozen, List<NestedField> now, Identity identity) {
    return now.stream()
        .filter(field -> identity == Identity.NAME || field.fieldId() == frozen.fieldId())
        .filter(field -> identity == Identity.FIELD_ID || field.name().equals(frozen.name()))
        .findFirst()
        .orElse(null);
  }

  /** Whether the view froze all columns that the table had once: it may miss those of now. */
  private static boolean showsAll(Schema frozen, Table table) {
    Set<Integer> ids = ids(frozen);
    return table.schemas().values().stream().anyMatch(schema -> ids(schema).equals(ids));
  }

  private static Set<Integer> ids(Schema schema) {
    return schema.columns().stream().map(NestedField::fieldId).collect(Collectors.toSet());
  }

  private void added(Schema frozen, SourceColumns now) {
    for (NestedField field : now.schema().columns()) {
      boolean known =
          frozen.columns().stream()
              .anyMatch(old -> field.equals(same(old, now.schema().columns(), now.identity())));
      if (!known) {
        add(ChangeKind.ADDED, field.name(), "is new, of type %s".formatted(field.type()));
      }
    }
  }

  private void add(ChangeKind kind, String column, String detail) {
    differences.add(new Difference(kind, column, detail));
  }

  /** Columns that a type names, and its table does not have, or of another type. */
  static List<Difference> of(EntityType type, Table table) {
    ColumnDrift drift = new ColumnDrift();
    Schema now = table.schema();
    for (String column : named(type)) {
      if (now.asStruct().field(column) == null) {
        Optional<String> renamed = renamed(column, table);
        drift.add(
            renamed.isPresent() ? ChangeKind.RENAMED : ChangeKind.GONE,
            column,
            renamed
                .map("is '%s' now, and the type names it as it was"::formatted)
                .orElse("is gone, and the type names it"));
      }
    }
    type.fields()
        .forEach(
            (name, declared) -> {
              NestedField column = now.asStruct().field(name);
              if (column != null && !fits(declared, column.type())) {
                drift.add(
                    ChangeKind.RETYPED,
                    name,
                    "is %s now, and the type says %s".formatted(column.type(), declared.text()));
              }
            });
    return drift.differences;
  }

  private static boolean fits(FieldType declared, Type column) {
    return declared.list()
        ? column.isListType() && column.asListType().elementType().equals(declared.type())
        : column.equals(declared.type());
  }

  private static Set<String> named(EntityType type) {
    Set<String> columns = new LinkedHashSet<>(type.id());
    for (Relation relation : type.relations().values()) {
      if (relation instanceof Relation.Forward forward) {
        columns.addAll(forward.keys().isEmpty() ? List.of(forward.name() + "_id") : forward.keys());
      } else if (relation instanceof Relation.Embedded embedded) {
        columns.add(embedded.name());
      }
    }
    columns.addAll(type.fields().keySet());
    return columns;
  }

  /** The name now of a column that had that name in the last schema that knew it. */
  private static Optional<String> renamed(String column, Table table) {
    Set<Integer> ids = new HashSet<>();
    return table.schemas().values().stream()
        .sorted(Comparator.comparing(Schema::schemaId).reversed())
        .map(schema -> schema.asStruct().field(column))
        .filter(field -> field != null && ids.add(field.fieldId()))
        .map(field -> table.schema().asStruct().field(field.fieldId()))
        .filter(field -> field != null)
        .map(NestedField::name)
        .findFirst();
  }
}
