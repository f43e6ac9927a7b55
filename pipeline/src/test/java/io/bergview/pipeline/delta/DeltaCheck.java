package io.bergview.pipeline.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RowBag;
import io.bergview.fixtures.RowContents;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.SessionSettings;
import io.bergview.pipeline.cache.LocalFiles;
import io.bergview.pipeline.engine.EmbeddedSession;
import io.bergview.pipeline.scan.ScannedRows;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.staleness.delta.SourceDelta;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;

/**
 * The oracle of source deltas: the rows of both ends, read whole by Iceberg's generic reader and
 * subtracted as bags in Java.
 */
final class DeltaCheck implements AutoCloseable {
  private final DuckDbSession session;
  private final DeltaReader reader;

  DeltaCheck(Path temp) {
    session = DuckDbSession.open(SessionSettings.defaults().withTempDirectory(temp).withThreads(2));
    reader =
        new DeltaReader(
            new EmbeddedSession(
                session,
                new TableScanner(
                    new LocalFiles(temp.resolve("cache"), 1 << 20, Clock.systemUTC()))));
  }

  DeltaReader reader() {
    return reader;
  }

  /** A delta that is what the oracle says, and how its rows class by {@code id}. */
  record Checked(SourceDelta delta, RowBag rows, ChangeCounts counts) {}

  Checked check(Table table, OptionalLong from, OptionalLong to) {
    return check(table, from, to, table.schema(), "");
  }

  /**
   * Compares both the terms, read by Iceberg, and the rows, read by us, with the oracle.
   *
   * @param columns what to read
   */
  Checked check(Table table, OptionalLong from, OptionalLong to, Schema columns, String what) {
    RowBag expected = RowBag.difference(rows(table, to, columns), rows(table, from, columns));
    SourceDelta delta = SourceDelta.between(table, from, to);
    assertThat(terms(table, delta, columns)).as("terms " + what).isEqualTo(expected);
    assertThat((long) expected.added().size() + expected.removed().size())
        .as("bound of rows " + what)
        .isLessThanOrEqualTo(delta.rows());
    return new Checked(delta, expected, read(delta, table, columns, expected, what));
  }

  private ChangeCounts read(
      SourceDelta delta, Table table, Schema columns, RowBag expected, String what) {
    try (TableDelta read = reader.read(table, delta, columns)) {
      List<Map<String, Object>> removed = rows(read.removed(), columns);
      List<Map<String, Object>> added = rows(read.added(), columns);
      assertThat(removed)
          .as("removed " + what)
          .containsExactlyInAnyOrderElementsOf(expected.removed());
      assertThat(added).as("added " + what).containsExactlyInAnyOrderElementsOf(expected.added());
      assertThat(read.removedRows()).isEqualTo(removed.size());
      assertThat(read.addedRows()).isEqualTo(added.size());
      assertThat(read.isEmpty()).isEqualTo(removed.isEmpty() && added.isEmpty());
      return read.classify(List.of(columns.findField("id").fieldId()));
    }
  }

  private List<Map<String, Object>> rows(String table, Schema columns) {
    return ScannedRows.of(session, "SELECT * FROM \"" + table + "\"", columns);
  }

  private static List<Record> rows(Table table, OptionalLong snapshot, Schema columns) {
    return snapshot.isEmpty() ? List.of() : LiveRows.at(table, snapshot.getAsLong(), columns);
  }

  private static RowBag terms(Table table, SourceDelta delta, Schema columns) {
    List<FileScanTask> removed = new ArrayList<>(delta.removed());
    List<FileScanTask> added = new ArrayList<>(delta.added());
    delta.redeleted().forEach(file -> removed.add(file.before()));
    delta.redeleted().forEach(file -> added.add(file.after()));
    return new RowBag()
        .add(RowContents.of(LiveRows.of(table, added, columns)), 1)
        .add(RowContents.of(LiveRows.of(table, removed, columns)), -1);
  }

  @Override
  public void close() {
    session.close();
  }
}
