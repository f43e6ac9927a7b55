package io.bergview.verify;

import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.Objects.requireNonNull;

import io.bergview.pipeline.engine.EngineSession;
import io.bergview.refresh.incremental.ScratchTables;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Compares a view's rows with those of a recompute, as bags.
 *
 * <p>Each row counts with a sign, one sum over all that is the same bit for bit leaves what differs
 * at all. Where sums of floating point are compared, what is left is paired, within the rows that
 * are the same otherwise, by the order of those sums, and close pairs go too. The rest is gathered
 * by key.
 */
final class Comparison {
  private final EngineSession session;
  private final ScratchTables scratch;
  private final ComparedRow row;
  private final ViewKey key;

  Comparison(EngineSession session, ScratchTables scratch, ComparedRow row, ViewKey key) {
    this.session = session;
    this.scratch = scratch;
    this.row = row;
    this.key = key;
  }

  /**
   * What differs.
   *
   * @param rows a table of the session: the view's columns and {@code copies}, positive for missing
   *     rows, negative for unexpected ones
   * @param keys a table with their keys, once each, and whether rows of it are {@code wanted} and
   *     {@code held}; the rows themselves if the view has no key
   * @param recomputedRows how many rows were expected
   */
  record ComparisonResult(
      String rows,
      String keys,
      long recomputedRows,
      long missing,
      long unexpected,
      long different) {
    ComparisonResult {
      requireNonNull(rows, "rows is null");
      requireNonNull(keys, "keys is null");
    }

    boolean nothing() {
      return missing + unexpected + different == 0;
    }
  }

  /**
   * @param wanted the relation of the expected rows, {@code c<field id>}
   * @param held that of the view's rows
   */
  ComparisonResult compare(String wanted, String held) {
    String net = net(wanted, held);
    long rows =
        numbers("SELECT count(*) FROM " + held + " AS h", 1).get(0)
            + numbers("SELECT coalesce(sum(copies), 0)::BIGINT FROM " + quote(net), 1).get(0);
    String differing = row.isLoose() ? withoutClose(net) : net;
    return key.known() ? byKey(differing, rows) : byRow(differing, rows);
  }

  private String net(String wanted, String held) {
    return scratch.table(
        "net",
        """
        SELECT %1$s, CAST(sum(side) AS BIGINT) AS copies
        FROM (SELECT *, CAST(1 AS BIGINT) AS side FROM %2$s UNION ALL SELECT *, CAST(-1 AS BIGINT) FROM %3$s) AS r
        GROUP BY %4$s HAVING sum(side) <> 0
        """
            .formatted(row.columns("r"), wanted, held, String.join(", ", row.all("r"))));
  }

  private String withoutClose(String net) {
    List<String> left = row.exact("w");
    List<String> right = row.exact("h");
    List<String> pair = new ArrayList<>(List.of("w.hash = h.hash", "w.nth = h.nth"));
    for (int i = 0; i < left.size(); i++) {
      pair.add(left.get(i) + " IS NOT DISTINCT FROM " + right.get(i));
    }
    List<String> close = new ArrayList<>(List.of("w.nth IS NOT NULL", "h.nth IS NOT NULL"));
    close.addAll(row.close("w", "h"));
    String pairs =
        scratch.table(
            "pairs",
            "SELECT w AS wanted, h AS held FROM %s AS w FULL JOIN %s AS h ON %s WHERE NOT (%s)"
                .formatted(
                    ranked(net, "copies > 0"),
                    ranked(net, "copies < 0"),
                    String.join(" AND ", pair),
                    String.join(" AND ", close)));
    return scratch.table(
        "differing",
        """
        SELECT %1$s, 1::BIGINT AS copies FROM (SELECT unnest(wanted) FROM %2$s WHERE wanted.nth IS NOT NULL) AS r
        UNION ALL
        SELECT %1$s, -1::BIGINT FROM (SELECT unnest(held) FROM %2$s WHERE held.nth IS NOT NULL) AS r
        """
            .formatted(row.columns("r"), quote(pairs)));
  }

  /** Each row as often as it counts, with its place among those that are the same otherwise. */
  private String ranked(String net, String side) {
    List<String> exact = row.exact("r");
    String hash = exact.isEmpty() ? "0" : "hash(" + String.join(", ", exact) + ")";
    List<String> alike = new ArrayList<>(List.of("hash"));
    alike.addAll(exact);
    return """
    (SELECT *, row_number() OVER (PARTITION BY %1$s ORDER BY %2$s) AS nth
    FROM (SELECT %3$s, %4$s AS hash FROM (SELECT *, unnest(range(abs(copies))) FROM %5$s WHERE %6$s) AS r) AS r)\
    """
        .formatted(
            String.join(", ", alike),
            String.join(", ", row.loose("r")),
            row.columns("r"),
            hash,
            quote(net),
            side);
  }

  private ComparisonResult byKey(String differing, long rows) {
    String keys =
        scratch.table(
            "keys",
            "SELECT %s, bool_or(copies > 0) AS wanted, bool_or(copies < 0) AS held FROM (SELECT %s, copies FROM %s AS r) GROUP BY %s"
                .formatted(key.names(), key.named("r"), quote(differing), key.names()));
    List<Long> counts =
        numbers(
            "SELECT count(*) FILTER (WHERE NOT held), count(*) FILTER (WHERE NOT wanted), count(*)"
                + " FILTER (WHERE wanted AND held) FROM "
                + quote(keys),
            3);
    return new ComparisonResult(differing, keys, rows, counts.get(0), counts.get(1), counts.get(2));
  }

  private ComparisonResult byRow(String differing, long rows) {
    List<Long> counts =
        numbers(
            "SELECT coalesce(sum(copies) FILTER (WHERE copies > 0), 0)::BIGINT,"
                + " coalesce(-sum(copies) FILTER (WHERE copies < 0), 0)::BIGINT FROM "
                + quote(differing),
            2);
    return new ComparisonResult(differing, differing, rows, counts.get(0), counts.get(1), 0);
  }

  private List<Long> numbers(String sql, int columns) {
    List<Type> types = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      types.add(Types.LongType.get());
    }
    List<Long> numbers = new ArrayList<>();
    for (@Nullable Object number : session.rows(sql, types).get(0)) {
      numbers.add((Long) requireNonNull(number, "a count is null"));
    }
    return numbers;
  }
}
