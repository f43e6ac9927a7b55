package io.bergview.refresh.full;

import io.bergview.refresh.define.Layout;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.ReplaceSortOrder;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortField;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdatePartitionSpec;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Term;
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

  /**
   * Makes partitioning and order those of the layout, for files written from now on. Says whether
   * anything changed.
   */
  boolean layout(Layout layout) {
    Schema schema = transaction.table().schema();
    boolean changed = partitions(layout.spec(schema), schema);
    SortOrder wanted = layout.sortOrder(schema);
    if (!wanted.sameOrder(transaction.table().sortOrder())) {
      ReplaceSortOrder replace = transaction.replaceSortOrder();
      for (SortField field : wanted.fields()) {
        Term column = Expressions.ref(schema.findColumnName(field.sourceId()));
        NullOrder nulls = field.nullOrder();
        if (field.direction() == SortDirection.ASC) {
          replace.asc(column, nulls);
        } else {
          replace.desc(column, nulls);
        }
      }
      replace.commit();
      changed = true;
    }
    return changed;
  }

  private boolean partitions(PartitionSpec wanted, Schema schema) {
    PartitionSpec current = transaction.table().spec();
    if (names(wanted, schema).equals(names(current, schema))) {
      return false;
    }
    if (current.isPartitioned()) {
      UpdatePartitionSpec remove = transaction.updateSpec();
      current.fields().stream()
          .filter(field -> !field.transform().isVoid())
          .map(PartitionField::name)
          .forEach(remove::removeField);
      remove.commit();
    }
    UpdatePartitionSpec add = transaction.updateSpec();
    for (PartitionField field : wanted.fields()) {
      add.addField(term(field, schema));
    }
    add.commit();
    return true;
  }

  private static List<Map.Entry<String, String>> names(PartitionSpec spec, Schema schema) {
    return spec.fields().stream()
        .filter(field -> !field.transform().isVoid())
        .map(
            field ->
                Map.entry(schema.findColumnName(field.sourceId()), field.transform().toString()))
        .collect(Collectors.toList());
  }

  private static Term term(PartitionField field, Schema schema) {
    String column = schema.findColumnName(field.sourceId());
    String transform = field.transform().toString();
    int bracket = transform.indexOf('[');
    String name = bracket < 0 ? transform : transform.substring(0, bracket);
    int width =
        bracket < 0
            ? 0
            : Integer.parseInt(transform.substring(bracket + 1, transform.length() - 1));
    return switch (name) {
      case "year" -> Expressions.year(column);
      case "month" -> Expressions.month(column);
      case "day" -> Expressions.day(column);
      case "hour" -> Expressions.hour(column);
      case "bucket" -> Expressions.bucket(column, width);
      case "truncate" -> Expressions.truncate(column, width);
      default -> Expressions.ref(column);
    };
  }
}
