package io.bergview.refresh.incremental;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.stream.Collectors.joining;

import io.bergview.pipeline.delta.NetRows;
import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.OutputColumn;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.sql.Relations;
import io.bergview.projection.sql.SqlDialect;
import io.bergview.refresh.change.KeyFiles;
import io.bergview.refresh.change.StoredRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/** Runs the steps of a refresh, each a plan whose rows become a table of the session. */
final class PlanTables implements Relations {
  /** Of so few files it takes longer to see which of them have a key than to look for it. */
  private static final long FEW_FILES = 16;

  private final DeltaContext context;
  private final Map<String, String> queries = new HashMap<>();
  private final Map<String, String> made = new HashMap<>();

  PlanTables(DeltaContext context) {
    this.context = context;
  }

  /** A plan over the sources of both versions, as a query. */
  String sql(Plan plan) {
    return context.session().select(plan, this);
  }

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

  private SqlDialect dialect() {
    return context.session().dialect();
  }

  /** The rows of a plan, computed once: nothing that it reads changes during a refresh. */
  DeltaPlan.PreparedRows table(String label, Plan plan) {
    return plan instanceof DeltaPlan.PreparedRows there && there.stored()
        ? there
        : named(table(label, sql(plan)), plan.columns());
  }

  /** As {@link #table(String, Plan)}, no more than some of the rows. */
  DeltaPlan.PreparedRows first(String label, long most, Plan plan) {
    return most == Long.MAX_VALUE
        ? table(label, plan)
        : named(table(label, "SELECT * FROM (" + sql(plan) + ") LIMIT " + most), plan.columns());
  }

  private String table(String label, String query) {
    return made.computeIfAbsent(query, unmade -> context.scratch().table(label, query));
  }

  /** What is left of two plans when the rows that both have cancel out; of the same types. */
  PlanDelta.Change difference(Plan removed, Plan added) {
    NetRows rows = net(removed.columns());
    ScratchTables scratch = context.scratch();
    String net =
        scratch.table(
            "net", rows.between("(" + selected(removed) + ")", "(" + selected(added) + ")"));
    return scratch.isEmpty(net)
        ? PlanDelta.Change.NONE
        : new PlanDelta.Change(
            some(named(table("removed", rows.ofFirst(quote(net))), removed.columns())),
            some(named(table("added", rows.ofSecond(quote(net))), removed.columns())));
  }

  /** Rows of a table, unless it has none. */
  Optional<Plan> some(DeltaPlan.PreparedRows rows) {
    return count(rows) == 0 ? Optional.empty() : Optional.of(rows);
  }

  /** The difference of rows with the columns of a plan. */
  private NetRows net(List<PlanColumn> columns) {
    List<String> names = new ArrayList<>();
    Set<String> floating = new HashSet<>();
    List<String> zeros = new ArrayList<>();
    for (PlanColumn each : columns) {
      String name = column(each.id());
      names.add(name);
      dialect()
          .signedZero(name, each.type())
          .ifPresent(
              zero -> {
                floating.add(name);
                zeros.add(zero);
              });
    }
    return new NetRows(dialect(), names.isEmpty() ? List.of("one") : names, floating, zeros);
  }

  /**
   * The rows of one table that have no partner in another, as bags; both have the same types by
   * position. A partner is the same bit for bit, but for NaN.
   */
  DeltaPlan.PreparedRows without(DeltaPlan.PreparedRows rows, DeltaPlan.PreparedRows others) {
    String query = without(rows, selected(others, rows.columns()));
    return named(context.scratch().table("change", query), rows.columns());
  }

  /** Rows without some, which are all among them, and with others; of the same columns. */
  DeltaPlan.PreparedRows changed(
      DeltaPlan.PreparedRows rows, Optional<Plan> without, Optional<Plan> with) {
    String query =
        without
            .map(gone -> without(rows, selected(gone)))
            .orElseGet(() -> selected(rows, rows.columns()));
    if (with.isPresent()) {
      query += " UNION ALL " + selected(with.get());
    }
    return named(context.scratch().table("rows", query), rows.columns());
  }

  /**
   * @param gone a query of the same columns
   */
  private String without(DeltaPlan.PreparedRows rows, String gone) {
    NetRows net = net(rows.columns());
    String left =
        context
            .scratch()
            .table(
                "net", net.between("(" + selected(rows, rows.columns()) + ")", "(" + gone + ")"));
    return net.ofFirst(quote(left));
  }

  /** Rows under the names of some columns, by position. */
  private static String selected(DeltaPlan.PreparedRows rows, List<PlanColumn> columns) {
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      outputs.add(quote(rows.given().get(i).name()) + " AS " + column(columns.get(i).id()));
    }
    return "SELECT %s FROM %s"
        .formatted(outputs.isEmpty() ? "1 AS one" : String.join(", ", outputs), quote(rows.name()));
  }

  private String selected(Plan plan) {
    List<String> outputs = new ArrayList<>();
    plan.columns().forEach(each -> outputs.add(column(each.id())));
    return "SELECT %s FROM (%s)"
        .formatted(outputs.isEmpty() ? "1 AS one" : String.join(", ", outputs), sql(plan));
  }

  /** Rows of the view's table with the columns of its plan. */
  DeltaPlan.PreparedRows stored(StoredRows rows) {
    List<String> outputs = new ArrayList<>();
    List<PlanColumn> columns = new ArrayList<>();
    for (OutputColumn output : context.algebra().view().allColumns()) {
      int field = context.schema().asStruct().field(output.name()).fieldId();
      outputs.add(
          "CAST(%s AS %s) AS %s"
              .formatted(
                  column(field), dialect().type(output.type()), column(output.column().id())));
      columns.add(output.column());
    }
    String query = "SELECT %s FROM %s".formatted(String.join(", ", outputs), quote(rows.table()));
    return named(context.scratch().table("kept", query), columns);
  }

  /** Whether all rows of a table are among those of another, nulls being equal. */
  boolean areAmong(DeltaPlan.PreparedRows rows, DeltaPlan.PreparedRows others) {
    String query =
        "SELECT %s FROM %s EXCEPT SELECT %s FROM %s"
            .formatted(names(rows), quote(rows.name()), names(others), quote(others.name()));
    return context.scratch().isWithoutRows(query);
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
   * The rows of the files that may have rows of some keys, within the range of these, by columns
   * {@code c<field id>}; they are read where they are needed.
   *
   * @param keysTable columns {@code k0}, {@code k1}... for {@code fields}
   * @param fields top-level columns of the source by id
   */
  String pruned(SourceTable source, PlanVersion version, String keysTable, List<Integer> fields) {
    SourceReads reads = version == PlanVersion.NOW ? context.now() : context.before();
    if (fields.isEmpty()) {
      return query(reads.sql(source));
    }
    Schema current = reads.place(source.type()).table().schema();
    Expression where =
        reads.files(source.type()) <= FEW_FILES
            ? Expressions.alwaysTrue()
            : KeyFiles.of(context.session(), keysTable, current, fields);
    String rows = reads.sqlWhere(source, where);
    return query(
        reads.holds(source)
            ? rows
            : KeyRange.of(
                context.session(),
                rows,
                reads.rows(source.type()),
                keysTable,
                fields.stream().map(source.schema()::findField).toList()));
  }

  /** The name by which plans read the rows of a query, which stands in parentheses. */
  String query(String sql) {
    String name = "rows " + queries.size();
    queries.put(name, sql);
    return name;
  }
}
