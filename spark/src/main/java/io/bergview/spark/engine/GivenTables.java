package io.bergview.spark.engine;

import static io.bergview.projection.sql.DuckDbTypes.quote;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.ScanTaskSetManager;
import org.apache.iceberg.spark.SparkTableCache;

/**
 * Tables that Iceberg's Spark source takes from the driver's memory, each under a name of its own:
 * as loaded by Bergview, with the files that were planned. It is how Iceberg's own actions read and
 * write.
 */
final class GivenTables {
  private record Given(Table table, String name) {}

  private final List<Given> given = new ArrayList<>();

  /** A name for a table that is written to. */
  synchronized String give(Table table) {
    String name = UUID.randomUUID().toString();
    SparkTableCache.get().add(name, table);
    given.add(new Given(table, name));
    return name;
  }

  /** A name for some files of a table, at least one. */
  synchronized String give(Table table, List<? extends FileScanTask> tasks) {
    Table readable = ReadableTable.of(table);
    String name = give(readable);
    ScanTaskSetManager.get().stageTasks(readable, name, List.copyOf(tasks));
    return name;
  }

  /** What stands in FROM for it. */
  static String relation(String name) {
    return SparkEngine.GIVEN_TABLES + "." + quote(name);
  }

  synchronized void takeBack() {
    for (Given one : given) {
      SparkTableCache.get().remove(one.name());
      ScanTaskSetManager.get().removeTasks(one.table(), one.name());
    }
    given.clear();
  }
}
