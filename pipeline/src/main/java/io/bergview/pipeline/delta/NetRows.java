package io.bergview.pipeline.delta;

import io.bergview.projection.sql.SqlDialect;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The difference of two bags of rows, bit for bit but for NaN, as SQL: each row is counted with the
 * sign of its side, grouped by all of its columns and by the expressions of {@link SignedZeros};
 * rows that do not add up to zero remain. This is one aggregation, which spills if memory is
 * exhausted; {@code EXCEPT ALL} in both directions gives the same and takes three times as long.
 */
public final class NetRows {
  /** The column that says how many more of a row the second bag has; never 0. */
  private static final String COPIES = "copies";

  private final SqlDialect dialect;
  private final String columns;
  private final String grouped;
  private final String keys;

  /**
   * @param columns the names of both bags' columns, quoted where they must be; at least one
   * @param floating those that may have a signed zero, at any depth
   * @param zeros what distinguishes their signed zeros
   */
  public NetRows(
      SqlDialect dialect, List<String> columns, Set<String> floating, List<String> zeros) {
    this.dialect = dialect;
    this.columns = String.join(", ", columns);
    this.grouped =
        columns.stream()
            .map(column -> floating.contains(column) ? dialect.groupedBy(column) : column)
            .collect(Collectors.joining(", "));
    List<String> all = new ArrayList<>(columns);
    all.addAll(zeros);
    this.keys = String.join(", ", all);
  }

  /**
   * A query of the rows that do not cancel, each different one once, with its copies.
   *
   * @param first what stands in FROM
   * @param second the same
   */
  public String between(String first, String second) {
    return """
    SELECT %s, CAST(sum(side) AS BIGINT) AS copies
    FROM (SELECT *, CAST(-1 AS BIGINT) AS side FROM %s UNION ALL SELECT *, CAST(1 AS BIGINT) FROM %s)
    GROUP BY %s HAVING sum(side) <> 0
    """
        .formatted(grouped, first, second, keys);
  }

  /** A query of the rows that the first bag has more of, as often as it has. */
  public String ofFirst(String net) {
    return repeated("-" + COPIES, net);
  }

  /** A query of the rows that the second bag has more of, as often as it has. */
  public String ofSecond(String net) {
    return repeated(COPIES, net);
  }

  private String repeated(String copies, String net) {
    return dialect.repeated(columns, copies, net);
  }
}
