package io.bergview.pipeline.delta;

import java.util.ArrayList;
import java.util.List;

/**
 * The difference of two bags of rows, bit for bit but for NaN, as SQL: each row is counted with the
 * sign of its side, grouped by all of its columns and by the expressions of {@link SignedZeros};
 * rows that do not add up to zero remain. This is one aggregation, which spills if memory is
 * exhausted; {@code EXCEPT ALL} in both directions gives the same and takes three times as long.
 */
public final class NetRows {
  /** The column that says how many more of a row the second bag has; never 0. */
  private static final String COPIES = "copies";

  private final String columns;
  private final String keys;

  /**
   * @param columns the names of both bags' columns, quoted where they must be; at least one
   * @param zeros what distinguishes their signed zeros
   */
  public NetRows(List<String> columns, List<String> zeros) {
    this.columns = String.join(", ", columns);
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
        .formatted(columns, first, second, keys);
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
    return "SELECT %1$s FROM (SELECT *, unnest(range(%2$s)) FROM %3$s WHERE %2$s > 0)"
        .formatted(columns, copies, net);
  }
}
