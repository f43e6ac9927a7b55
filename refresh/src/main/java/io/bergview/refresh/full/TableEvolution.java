package io.bergview.refresh.full;

import io.bergview.catalog.view.LayoutEvolution;
import io.bergview.refresh.define.Layout;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdatePartitionSpec;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/**
 * Brings a view's table to the columns, partitions and order that its definition asks for, inside
 * the transaction of a full refresh: evolution, never create-or-replace, so that ids stay unique
 * and readers of older snapshots stay right. A column keeps its id where its name and type stay; a
 * promoted one keeps it too; any other becomes a new column.
 */
final class TableEvolution {
  private final Transaction transaction;

  TableEvolution(Transaction transaction) {
    this.transaction = transaction;
  }

  /**
   * Makes the table's columns those of the wanted schema, in its order. Says whether anything
   * changed.
   */
  boolean columns(Schema wanted, boolean relayout) {
    Schema current = transaction.table().schema();
    if (sameShape(current.asStruct(), wanted.asStruct())) {
      return false;
    }
    Set<String> replaced = replaced(current, wanted);
    if (relayout || usedByLayout(replaced)) {
      forgetLayout();
    }
    UpdateSchema update = transaction.updateSchema();
    for (Types.NestedField column : current.columns()) {
      if (replaced.contains(column.name())) {
        update.deleteColumn(column.name());
      }
    }
    String before = null;
    for (Types.NestedField column : wanted.columns()) {
      Types.NestedField there = current.asStruct().field(column.name());
      if (there == null || replaced.contains(column.name())) {
        update.addColumn(null, column.name(), column.type());
      } else if (!there.type().equals(column.type()) && column.type().isPrimitiveType()) {
        update.updateColumn(column.name(), column.type().asPrimitiveType());
      }
      if (before == null) {
        update.moveFirst(column.name());
      } else {
        update.moveAfter(column.name(), before);
      }
      before = column.name();
    }
    update.commit();
    return true;
  }

  /** Columns that are not wanted, or wanted with a type that theirs cannot become. */
  private static Set<String> replaced(Schema current, Schema wanted) {
    Set<String> replaced = new HashSet<>();
    for (Types.NestedField column : current.columns()) {
      Types.NestedField target = wanted.asStruct().field(column.name());
      boolean kept =
          target != null
              && (sameShape(column.type(), target.type())
                  || target.type().isPrimitiveType()
                      && TypeUtil.isPromotionAllowed(
                          column.type(), target.type().asPrimitiveType()));
      if (!kept) {
        replaced.add(column.name());
      }
    }
    return replaced;
  }

  /** Equal but for field ids. */
  static boolean sameShape(Type one, Type other) {
    if (one.typeId() != other.typeId()) {
      return false;
    }
    if (one.isPrimitiveType()) {
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

  private boolean usedByLayout(Set<String> columns) {
    Schema schema = transaction.table().schema();
    boolean partitioned =
        transaction.table().spec().fields().stream()
            .anyMatch(field -> columns.contains(schema.findColumnName(field.sourceId())));
    boolean sorted =
        transaction.table().sortOrder().fields().stream()
            .anyMatch(field -> columns.contains(schema.findColumnName(field.sourceId())));
    return partitioned || sorted;
  }

  private void forgetLayout() {
    if (transaction.table().sortOrder().isSorted()) {
      transaction.replaceSortOrder().commit();
    }
    if (transaction.table().spec().isPartitioned()) {
      UpdatePartitionSpec update = transaction.updateSpec();
      transaction.table().spec().fields().stream()
          .filter(field -> !field.transform().isVoid())
          .map(PartitionField::name)
          .forEach(update::removeField);
      update.commit();
    }
  }

  /** Makes partitioning and order those of the layout, for files written from now on. */
  void layout(Layout layout) {
    Schema schema = transaction.table().schema();
    LayoutEvolution.evolve(transaction, layout.spec(schema), layout.sortOrder(schema));
  }
}
