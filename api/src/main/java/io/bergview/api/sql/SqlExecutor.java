package io.bergview.api.sql;

import static io.bergview.api.sql.TableResult.NUMBER;

import io.bergview.errors.DataException;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.SourceException;
import io.bergview.errors.UsageException;
import io.bergview.maintain.CompactionResult;
import io.bergview.maintain.MaintenanceOutcome;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.maintain.VacuumResult;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.SqlText;
import io.bergview.projection.statement.Place;
import io.bergview.projection.statement.PlacedProblems;
import io.bergview.projection.statement.SqlName;
import io.bergview.projection.statement.Statement;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.verify.VerifyResult;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Runs statements, one at a time. */
public final class SqlExecutor {
  private final SqlOperations operations;
  private final SqlNames names;
  private final ViewChanges changes;
  private final ViewReports reports;
  private final Schemas schemas;

  public SqlExecutor(ProjectContext context, SqlOperations operations) {
    this.operations = operations;
    this.names = new SqlNames(context.registry());
    this.changes = new ViewChanges(context, operations, names);
    this.reports = new ViewReports(context, operations, names);
    this.schemas = new Schemas(operations);
  }

  /**
   * Runs one statement. Close the result.
   *
   * @throws io.bergview.errors.BergviewException as the operation of the same name throws it; of a
   *     definition with the place in the statement
   */
  public SqlResult run(Statement statement) {
    if (statement instanceof Statement.CreateView create) {
      return changes.create(create);
    } else if (statement instanceof Statement.AlterSettings alter) {
      return changes.alter(alter);
    } else if (statement instanceof Statement.AlterQuery alter) {
      return changes.alter(alter);
    } else if (statement instanceof Statement.DropView drop) {
      return changes.drop(drop);
    } else if (statement instanceof Statement.RefreshView refresh) {
      return refresh(refresh);
    } else if (statement instanceof Statement.MaintainView maintain) {
      return maintain(maintain);
    } else if (statement instanceof Statement.ShowViews) {
      return reports.views();
    } else if (statement instanceof Statement.ShowCreate show) {
      return reports.create(show.name());
    } else if (statement instanceof Statement.ShowTables show) {
      return reports.tables(show);
    } else if (statement instanceof Statement.CreateSchema create) {
      return schemas.create(create);
    } else if (statement instanceof Statement.DropSchema drop) {
      return schemas.drop(drop);
    } else if (statement instanceof Statement.ShowSchemas show) {
      return schemas.show(show);
    } else if (statement instanceof Statement.Describe describe) {
      return reports.describe(describe.name());
    } else if (statement instanceof Statement.ExplainView explain) {
      return reports.explain(explain.name());
    } else if (statement instanceof Statement.ExplainCreate explain) {
      return changes.explain(explain.create());
    } else if (statement instanceof Statement.ExplainQuery explain) {
      return asked(explain.query(), reports::explain);
    }
    return asked(
        ((Statement.Select) statement).query(),
        query -> new SqlResult.Answer(operations.select(query)));
  }

  /** What is wrong with a query has its place in the text around it. */
  private static SqlResult asked(Statement.Query query, Function<SqlText, SqlResult> work) {
    Place place = query.place();
    Map<String, Place> places = Map.of("", place, "$sql", place);
    try {
      return work.apply(new SqlText(query.text(), place.line(), place.column()));
    } catch (DefinitionException e) {
      throw PlacedProblems.in(places, e);
    } catch (UsageException | NotFoundException | SourceException e) {
      throw e.getCause() instanceof DefinitionException problems
          ? PlacedProblems.in(places, problems).as(e)
          : e;
    }
  }

  private SqlResult refresh(Statement.RefreshView statement) {
    RefreshRequest request = RefreshRequest.of(names.view(statement.name()));
    request = statement.full() ? request.fully() : request;
    request = statement.upstream() ? request.withUpstream() : request;
    RefreshOutcome outcome = operations.refreshView(request);
    throwFirst(outcome.failures());
    TableResult table =
        new TableResult()
            .columns("view", "refresh")
            .column("rows_added", NUMBER)
            .column("rows_removed", NUMBER)
            .column("milliseconds", NUMBER)
            .columns("reason", "message");
    for (RefreshResult done : outcome.done()) {
      table.row(
          done.view(),
          done.kind().label(),
          done.rowsAdded(),
          done.rowsRemoved(),
          done.durationMs(),
          done.reason(),
          done.message());
    }
    return table.build();
  }

  private static void throwFirst(List<RefreshOutcome.Failure> failures) {
    if (!failures.isEmpty()) {
      throw failures.get(0).error();
    }
  }

  private SqlResult maintain(Statement.MaintainView statement) {
    SqlName name = statement.name();
    String view = names.view(name);
    return switch (statement.action()) {
      case VACUUM -> vacuum(view);
      case COMPACT -> compact(view);
      case VERIFY -> verify(view);
    };
  }

  private SqlResult vacuum(String view) {
    MaintenanceOutcome<VacuumResult> outcome = operations.vacuumView(MaintenanceRequest.of(view));
    throwFirst(outcome.failures());
    TableResult table =
        new TableResult()
            .columns("view")
            .column("snapshots_freed", NUMBER)
            .column("snapshots_kept", NUMBER)
            .column("files_deleted", NUMBER)
            .column("bytes_freed", NUMBER);
    for (VacuumResult done : outcome.done()) {
      table.row(
          done.view(),
          done.freed().snapshots(),
          (long) done.snapshotsKept(),
          done.freed().files(),
          done.freed().bytes());
      done.remarks().forEach(table::remark);
    }
    return table.build();
  }

  private SqlResult compact(String view) {
    MaintenanceOutcome<CompactionResult> outcome =
        operations.compactView(MaintenanceRequest.of(view));
    throwFirst(outcome.failures());
    TableResult table =
        new TableResult()
            .columns("view")
            .column("files_rewritten", NUMBER)
            .column("files_written", NUMBER)
            .column("deletes_folded", NUMBER)
            .column("manifests_merged", NUMBER);
    for (CompactionResult done : outcome.done()) {
      table.row(
          done.view(),
          done.filesRewritten(),
          done.filesWritten(),
          done.deletesFolded(),
          done.manifestsMerged());
      done.remarks().forEach(table::remark);
    }
    return table.build();
  }

  private SqlResult verify(String view) {
    VerifyResult result = operations.verifyView(view);
    if (!result.equal()) {
      throw new DataException(
          ErrorCode.VIEW_DIFFERS,
          "View %s differs from a recompute: %,d missing, %,d unexpected, %,d different; verifyView --repair writes them as they should be"
              .formatted(result.view(), result.missing(), result.unexpected(), result.different()));
    }
    return new SqlResult.Message(
        "%s is what a recompute gives: %,d rows compared"
            .formatted(result.view(), result.rowsCompared()),
        List.of());
  }
}
