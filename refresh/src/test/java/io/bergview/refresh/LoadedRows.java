package io.bergview.refresh;

import static io.bergview.projection.sql.DuckDbTypes.quote;

import io.bergview.fixtures.RowFiles;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.SessionSettings;
import io.bergview.pipeline.cache.LocalFiles;
import io.bergview.pipeline.scan.Relation;
import io.bergview.pipeline.scan.TableScanner;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;

/** A session, and records as tables of it. */
final class LoadedRows implements AutoCloseable {
  private static final Namespace SCRATCH = Namespace.of("scratch");

  private final Catalog catalog;
  private final DuckDbSession session;
  private final TableScanner scanner;
  private int tables;

  LoadedRows(TestProject project) {
    this.catalog = project.catalog();
    project.createNamespace(SCRATCH.toString());
    Path folder = project.directory();
    this.session =
        DuckDbSession.open(SessionSettings.defaults().withTempDirectory(folder).withThreads(2));
    this.scanner =
        new TableScanner(new LocalFiles(folder.resolve("cache"), 1 << 20, Clock.systemUTC()));
  }

  DuckDbSession session() {
    return session;
  }

  TableScanner scanner() {
    return scanner;
  }

  /** A new table with these rows; its columns are the prefix and 0, 1, and so on. */
  String load(Schema schema, String prefix, List<Record> rows) {
    TableIdentifier scratch = TableIdentifier.of(SCRATCH, "t" + tables++);
    Table table = catalog.createTable(scratch, schema);
    if (!rows.isEmpty()) {
      RowFiles.append(table, rows);
    }
    Snapshot current = table.currentSnapshot();
    OptionalLong snapshot =
        current == null ? OptionalLong.empty() : OptionalLong.of(current.snapshotId());
    String name = session.freshName("rows");
    String columns =
        IntStream.range(0, schema.columns().size())
            .mapToObj(i -> prefix + i)
            .collect(Collectors.joining(", "));
    try (Relation relation = scanner.scan(session, table, snapshot, table.schema())) {
      session.execute(
          "CREATE TABLE %s AS SELECT * FROM (SELECT * FROM %s) AS r(%s)"
              .formatted(quote(name), relation.sql(), columns));
    }
    // Who defines or drops a view looks at every table of its catalog.
    catalog.dropTable(scratch, false);
    return name;
  }

  @Override
  public void close() {
    session.close();
  }
}
