package io.bergview.catalog.view;

import java.util.List;
import java.util.Map;
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
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Term;

/**
 * Changes the partitioning and sort order of a table, by evolution of its spec and order: files
 * that are there stay in the partitions that they were written in, and can be read as before.
 */
public final class LayoutEvolution {
  private final Transaction transaction;

  private LayoutEvolution(Transaction transaction) {
    this.transaction = transaction;
  }

  /**
   * Parts that match already are left alone.
   *
   * @param spec bound to any schema with the table's column names
   * @param order bound in the same way
   */
  public static void evolve(Transaction transaction, PartitionSpec spec, SortOrder order) {
    LayoutEvolution evolution = new LayoutEvolution(transaction);
    evolution.partitions(spec);
    evolution.order(order);
  }

  /** Whether two specs say the same of columns of the same names. */
  public static boolean isSame(PartitionSpec one, PartitionSpec other) {
    return keys(one).equals(keys(other));
  }

  /** Whether two orders say the same of columns of the same names. */
  public static boolean isSame(SortOrder one, SortOrder other) {
    return keys(one).equals(keys(other));
  }

  private void order(SortOrder wanted) {
    if (isSame(wanted, transaction.table().sortOrder())) {
      return;
    }
    ReplaceSortOrder replace = transaction.replaceSortOrder();
    for (SortField field : wanted.fields()) {
      Term column = Expressions.ref(wanted.schema().findColumnName(field.sourceId()));
      NullOrder nulls = field.nullOrder();
      if (field.direction() == SortDirection.ASC) {
        replace.asc(column, nulls);
      } else {
        replace.desc(column, nulls);
      }
    }
    replace.commit();
  }

  private static List<String> keys(SortOrder order) {
    return order.fields().stream()
        .map(
            field ->
                "%s %s %s %s"
                    .formatted(
                        field.transform(),
                        field.direction(),
                        field.nullOrder(),
                        order.schema().findColumnName(field.sourceId())))
        .toList();
  }

  private void partitions(PartitionSpec wanted) {
    PartitionSpec current = transaction.table().spec();
    if (isSame(wanted, current)) {
      return;
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
      add.addField(term(field, wanted.schema()));
    }
    add.commit();
  }

  private static List<Map.Entry<String, String>> keys(PartitionSpec spec) {
    return spec.fields().stream()
        .filter(field -> !field.transform().isVoid())
        .map(
            field ->
                Map.entry(
                    spec.schema().findColumnName(field.sourceId()), field.transform().toString()))
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
