package io.bergview.api.sql;

import static java.util.Objects.requireNonNull;

import io.bergview.query.QueryResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/** What a statement gives. Close it after use; only an {@link Answer} holds anything. */
public sealed interface SqlResult extends AutoCloseable {
  @Override
  default void close() {}

  /**
   * What was done.
   *
   * @param text one line
   * @param details further lines
   */
  record Message(String text, List<String> details) implements SqlResult {
    public Message {
      requireNonNull(text, "text is null");
      details = List.copyOf(details);
    }
  }

  /**
   * Rows about views and tables.
   *
   * @param rows values as {@link io.bergview.pipeline.Rows} has them
   * @param remarks lines to be shown beside the rows
   */
  record Table(Schema schema, List<List<@Nullable Object>> rows, List<String> remarks)
      implements SqlResult {
    public Table {
      requireNonNull(schema, "schema is null");
      List<List<@Nullable Object>> copy = new ArrayList<>();
      rows.forEach(row -> copy.add(Collections.unmodifiableList(new ArrayList<>(row))));
      rows = Collections.unmodifiableList(copy);
      remarks = List.copyOf(remarks);
    }
  }

  /** The rows of a query, which are read when they are asked for. */
  record Answer(QueryResult rows) implements SqlResult {
    public Answer {
      requireNonNull(rows, "rows is null");
    }

    @Override
    public void close() {
      rows.close();
    }
  }
}
