package io.bergview.refresh.incremental;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.stream.Collectors.joining;

import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.sql.DuckDbSql;
import io.bergview.projection.sql.Relations;
import io.bergview.refresh.change.KeyFiles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/** Runs the steps of a refresh, each a plan whose rows become a table of the session. */
final class PlanTables {
  /** Of so few files it takes longer to see which of them have a key than to look for it. */
  private static final long FEW_FILES = 16;

  private final DeltaContext context;
  private final Map<String, String> queries = new HashMap<>();

  PlanTables(DeltaContext context) {
    this.context = context;
  }

  /** A plan over the sources of both versions, as a query. */
  String sql(Plan plan) {
    return DuckDbSql.select(
        plan,
        new Relations() {
          @Override
          public String of(SourceTable source) {
            return context.now().sql(source);
          }

          @Override
          public String earlier(SourceTable source) {
            return context.before().sql(source);
          }

          @Override
          public String given(String name) {
            return queries.getOrDefault(name, quote(name));
          }
        });
  }

  /** The rows of a plan, computed. */
  DeltaPlan.PreparedRows table(String label, Plan plan) {
    return plan instanceof DeltaPlan.PreparedRows there && there.stored()
        ? there
        : named(context.scratch().table(label, sql(plan)), plan.columns());
  }

  /** The rows of a plan, each different one once. */
  DeltaPlan.PreparedRows distinct(String label, Plan plan) {
    return named(
        context.scratch().table(label, "SELECT DISTINCT * FROM (" + sql(plan) + ")"),
        plan.columns());
  }

  /**
   * The rows of one table that have no partner in another, as bags; both have the same types by
   * position.
   */
  DeltaPlan.PreparedRows without(DeltaPlan.PreparedRows rows, DeltaPlan.PreparedRows others) {
    String query =
        "SELECT %s FROM %s EXCEPT ALL SELECT %s FROM %s"
            .formatted(names(rows), quote(rows.name()), names(others), quote(others.name()));
    List<PlanColumn> columns = rows.columns();
    return named(context.scratch().table("change", renamed(query, rows, columns)), columns);
  }

  /** Rows without some, which are all among them, and with others; of the same columns. */
  DeltaPlan.PreparedRows changed(
      DeltaPlan.PreparedRows rows, Optional<Plan> without, Optional<Plan> with) {
    String query = "SELECT %s FROM %s".formatted(names(rows), quote(rows.name()));
    if (without.isPresent()) {
      query += " EXCEPT ALL " + selected(without.get());
    }
    if (with.isPresent()) {
      query = "(" + query + ") UNION ALL " + selected(with.get());
    }
    return named(
        context.scratch().table("rows", renamed(query, rows, rows.columns())), rows.columns());
  }

  private String selected(Plan plan) {
    return "SELECT %s FROM (%s)"
        .formatted(
            plan.columns().stream().map(c -> column(c.id())).collect(joining(", ")), sql(plan));
  }

  /** Whether all rows of a table are among those of another, nulls being equal. */
  boolean areAmong(DeltaPlan.PreparedRows rows, DeltaPlan.PreparedRows others) {
    String query =
        "SELECT %s FROM %s EXCEPT SELECT %s FROM %s"
            .formatted(names(rows), quote(rows.name()), names(others), quote(others.name()));
    return context.scratch().isWithoutRows(query);
  }

  private static String renamed(
      String query, DeltaPlan.PreparedRows rows, List<PlanColumn> columns) {
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      outputs.add(quote(rows.given().get(i).name()) + " AS " + column(columns.get(i).id()));
    }
    return outputs.isEmpty()
        ? query
        : "SELECT " + String.join(", ", outputs) + " FROM (" + query + ")";
  }

  private static String names(DeltaPlan.PreparedRows rows) {
    return rows.given().isEmpty()
        ? "1 AS one"
        : rows.given().stream().map(given -> quote(given.name())).collect(joining(", "));
  }

  long count(DeltaPlan.PreparedRows rows) {
    return context.scratch().has(rows.name())
        ? context.scratch().count(rows.name())
        : context.scratch().countWhere(rows.name(), "true");
  }

  private static DeltaPlan.PreparedRows named(String table, List<PlanColumn> columns) {
    return new DeltaPlan.PreparedRows(
        table,
        true,
        columns.stream().map(c -> new DeltaPlan.PreparedRows.Column(c, column(c.id()))).toList());
  }

  /**
   * The rows of the files that may have rows of some keys, by columns {@code c<field id>}; they are
   * read where they are needed.
   *
   * @param keysTable columns {@code k0}, {@code k1}... for {@code fields}
   * @param fields top-level columns of the source by id
   */
  String pruned(SourceTable source, PlanVersion version, String keysTable, List<Integer> fields) {
    SourceReads reads = version == PlanVersion.NOW ? context.now() : context.before();
    Schema current = reads.place(source.type()).table().schema();
    Expression where =
        fields.isEmpty() || reads.files(source.type()) <= FEW_FILES
            ? Expressions.alwaysTrue()
            : KeyFiles.of(context.session(), keysTable, current, fields);
    String name = "files " + queries.size();
    queries.put(name, reads.sqlWhere(source, where));
    return name;
  }
}
