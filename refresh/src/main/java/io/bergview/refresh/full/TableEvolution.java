package io.bergview.refresh.full;

import io.bergview.catalog.view.ColumnEvolution;
import io.bergview.catalog.view.LayoutEvolution;
import io.bergview.refresh.write.Layout;
import java.util.Set;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdatePartitionSpec;
import org.apache.iceberg.UpdateSchema;

/**
 * Brings a view's table to the columns, partitions and sort order of its definition, inside the
 * transaction of a full refresh: evolution, never create-or-replace, so that ids stay unique and
 * older snapshots remain readable.
 */
final class TableEvolution {
  private final Transaction transaction;

  TableEvolution(Transaction transaction) {
    this.transaction = transaction;
  }

  /**
   * Changes the table's columns to those of the target schema, in its order. Returns whether
   * anything changed.
   */
  boolean columns(Schema wanted, boolean relayout) {
    Schema current = transaction.table().schema();
    if (!ColumnEvolution.isNeeded(current, wanted)) {
      return false;
    }
    if (relayout || usedByLayout(ColumnEvolution.replaced(current, wanted))) {
      forgetLayout();
    }
    UpdateSchema update = transaction.updateSchema();
    ColumnEvolution.evolve(update, current, wanted);
    update.commit();
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
