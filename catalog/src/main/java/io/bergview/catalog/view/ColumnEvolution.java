package io.bergview.catalog.view;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/**
 * Changes the columns of a view's table by schema evolution. A column keeps its id if its name
 * stays and its type is the same or a promotion; so does every field of a struct, the element of a
 * list, the value of a map, at any depth. A column that cannot evolve to the new type is replaced
 * by a new one of the same name: only the field, if it is in a struct; the whole list or map, if
 * its element or key changes, since Iceberg evolves neither.
 */
public final class ColumnEvolution {
  private final UpdateSchema update;

  private ColumnEvolution(UpdateSchema update) {
    this.update = update;
  }

  /** Whether the columns of a table differ from the target schema, ignoring field ids. */
  public static boolean isNeeded(Schema current, Schema wanted) {
    return !sameShape(current.asStruct(), wanted.asStruct());
  }

  /**
   * Stages the changes that bring the columns of a table to the target schema, in its order.
   *
   * @param update of a table with the columns {@code current}
   */
  public static void evolve(UpdateSchema update, Schema current, Schema wanted) {
    new ColumnEvolution(update).fields("", current.asStruct(), wanted.asStruct());
  }

  /**
   * The schema that {@link #evolve} gives a table, with the field ids that its new columns will
   * have if nothing else changes the table's columns before.
   */
  public static Schema evolved(Table table, Schema wanted) {
    if (!isNeeded(table.schema(), wanted)) {
      return table.schema();
    }
    UpdateSchema update = table.updateSchema();
    evolve(update, table.schema(), wanted);
    return update.apply();
  }

  /** Columns that are not in the target schema, or whose type cannot evolve to the target type. */
  public static Set<String> replaced(Schema current, Schema wanted) {
    return replaced(current.asStruct(), wanted.asStruct());
  }

  private static Set<String> replaced(Types.StructType current, Types.StructType wanted) {
    Set<String> replaced = new LinkedHashSet<>();
    for (Types.NestedField field : current.fields()) {
      Types.NestedField target = wanted.field(field.name());
      if (target == null || !canBecome(field.type(), target.type())) {
        replaced.add(field.name());
      }
    }
    return replaced;
  }

  private void fields(String path, Types.StructType current, Types.StructType wanted) {
    Set<String> replaced = replaced(current, wanted);
    replaced.forEach(name -> update.deleteColumn(path + name));
    List<String> order = new ArrayList<>();
    for (Types.NestedField field : current.fields()) {
      if (!replaced.contains(field.name())) {
        order.add(field.name());
      }
    }
    List<String> names = new ArrayList<>();
    for (Types.NestedField target : wanted.fields()) {
      names.add(target.name());
      Types.NestedField there = current.field(target.name());
      if (there == null || replaced.contains(target.name())) {
        String parent = path.isEmpty() ? null : path.substring(0, path.length() - 1);
        update.addColumn(parent, target.name(), target.type());
        order.add(target.name());
      } else {
        type(path + target.name(), there.type(), target.type());
      }
    }
    if (!order.equals(names)) {
      update.moveFirst(path + names.get(0));
      for (int i = 1; i < names.size(); i++) {
        update.moveAfter(path + names.get(i), path + names.get(i - 1));
      }
    }
  }

  private void type(String path, Type current, Type wanted) {
    switch (wanted.typeId()) {
      case STRUCT -> fields(path + ".", current.asStructType(), wanted.asStructType());
      case LIST ->
          type(
              path + ".element",
              current.asListType().elementType(),
              wanted.asListType().elementType());
      case MAP ->
          type(path + ".value", current.asMapType().valueType(), wanted.asMapType().valueType());
      default -> {
        if (!current.equals(wanted)) {
          update.updateColumn(path, wanted.asPrimitiveType());
        }
      }
    }
  }

  private static boolean canBecome(Type current, Type wanted) {
    if (wanted.isPrimitiveType()) {
      return current.isPrimitiveType()
          && TypeUtil.isPromotionAllowed(current, wanted.asPrimitiveType());
    }
    if (current.typeId() != wanted.typeId()) {
      return false;
    }
    return switch (wanted.typeId()) {
      case STRUCT -> true;
      case LIST -> canBecome(current.asListType().elementType(), wanted.asListType().elementType());
      case MAP ->
          sameShape(current.asMapType().keyType(), wanted.asMapType().keyType())
              && canBecome(current.asMapType().valueType(), wanted.asMapType().valueType());
      default -> sameShape(current, wanted);
    };
  }

  /** Equal but for field ids. */
  private static boolean sameShape(Type one, Type other) {
    if (one.typeId() != other.typeId()) {
      return false;
    }
    if (!one.isNestedType()) {
      return one.equals(other);
    }
    List<Types.NestedField> fields = one.asNestedType().fields();
    List<Types.NestedField> others = other.asNestedType().fields();
    if (fields.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < fields.size(); i++) {
      Types.NestedField field = fields.get(i);
      if (!field.name().equals(others.get(i).name())
          || !sameShape(field.type(), others.get(i).type())) {
        return false;
      }
    }
    return true;
  }
}
