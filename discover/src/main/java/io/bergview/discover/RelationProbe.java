package io.bergview.discover;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.stream.Collectors.joining;

import io.bergview.discover.DataProbe.RowSource;
import io.bergview.discover.RelationProposal.Counts;
import io.bergview.pipeline.DuckDbSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Looks the values of foreign keys up among the keys of their targets: those of a sample, and if
 * these are found, all. The keys of a target are kept for the next relation to it, where they are
 * not too many.
 */
final class RelationProbe implements AutoCloseable {
  private static final long MOST_KEPT = 2_000_000;

  /** A sample may find fewer by chance than all rows do. */
  private static final double SAMPLE_TOLERANCE = 0.05;

  private final DuckDbSession session;
  private final Map<Subject, DataProbe> probes;
  private final double bar;
  private final Map<Subject, String> kept = new HashMap<>();

  /**
   * @param probes of all tables that candidates name
   * @param bar what no relation with a smaller share of found values can reach
   */
  RelationProbe(DuckDbSession session, Map<Subject, DataProbe> probes, double bar) {
    this.session = session;
    this.probes = probes;
    this.bar = bar;
  }

  Counts count(RelationCandidate candidate) {
    DataProbe source = probes.get(candidate.source());
    if (source == null) {
      throw new IllegalStateException("no rows of " + candidate.source().typeName());
    }
    try (RowSource keys = keys(candidate)) {
      if (!source.complete()) {
        Counts sample = count(candidate, source.sampleSql(), keys.sql(), true);
        if (sample.rows() > sample.nulls() && sample.share() < bar - SAMPLE_TOLERANCE) {
          return sample;
        }
      }
      try (RowSource all = source.all(candidate.columns())) {
        return count(candidate, all.sql(), keys.sql(), false);
      }
    }
  }

  private RowSource keys(RelationCandidate candidate) {
    String name = kept.get(candidate.target());
    if (name != null) {
      return new RowSource(quote(name), () -> {});
    }
    DataProbe target = probes.get(candidate.target());
    if (target == null) {
      throw new IllegalStateException("no rows of " + candidate.target().typeName());
    }
    if (target.complete() || target.rows() > MOST_KEPT) {
      return target.all(candidate.key());
    }
    String made = session.freshName("keys");
    try (RowSource all = target.all(candidate.key())) {
      session.execute(
          "CREATE TABLE %s AS SELECT %s FROM %s"
              .formatted(quote(made), DataProbe.names(candidate.key()), all.sql()));
    }
    kept.put(candidate.target(), made);
    return new RowSource(quote(made), () -> {});
  }

  private Counts count(RelationCandidate candidate, String source, String target, boolean sampled) {
    List<NestedField> columns = candidate.columns();
    List<String> values = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    List<String> same = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      values.add("%s AS v%d".formatted(column(columns.get(i).fieldId()), i));
      keys.add("%s AS k%d".formatted(column(candidate.key().get(i).fieldId()), i));
      same.add("v%d = k%d".formatted(i, i));
    }
    String filled =
        columns.stream().map(c -> column(c.fieldId()) + " IS NOT NULL").collect(joining(" AND "));
    List<Long> numbers =
        DataProbe.numbers(
            session,
            """
            WITH grouped AS (
              SELECT %s, count(*) AS n FROM %s WHERE %s GROUP BY ALL),
            targets AS (SELECT DISTINCT %s FROM %s),
            matched AS (SELECT n, k0 IS NOT NULL AS found FROM grouped LEFT JOIN targets ON %s)
            SELECT CAST(sum(n) AS BIGINT),
              CAST(sum(n) FILTER (WHERE found) AS BIGINT), count(*) FILTER (WHERE found),
              min(n) FILTER (WHERE found), max(n) FILTER (WHERE found),
              (SELECT count(*) FROM %s), (SELECT count(*) FROM targets)
            FROM matched\
            """
                .formatted(
                    String.join(", ", values),
                    source,
                    filled,
                    String.join(", ", keys),
                    target,
                    String.join(" AND ", same),
                    source),
            7);
    long rows = numbers.get(5);
    return new Counts(
        rows,
        rows - numbers.get(0),
        numbers.get(1),
        numbers.get(2),
        numbers.get(3),
        numbers.get(4),
        numbers.get(6),
        sampled);
  }

  @Override
  public void close() {
    kept.values().forEach(session::drop);
  }
}
