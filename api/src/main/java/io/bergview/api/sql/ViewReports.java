package io.bergview.api.sql;

import static io.bergview.api.sql.TableResult.FLAG;
import static io.bergview.api.sql.TableResult.MOMENT;
import static io.bergview.api.sql.TableResult.NUMBER;
import static io.bergview.api.sql.TableResult.known;
import static io.bergview.api.sql.TableResult.moment;

import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.discover.ListedTable;
import io.bergview.discover.TableListing;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.Suggestions;
import io.bergview.errors.UsageException;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.SqlText;
import io.bergview.projection.resolve.SqlForm;
import io.bergview.projection.statement.SqlName;
import io.bergview.projection.statement.SqlWriter;
import io.bergview.projection.statement.Statement;
import io.bergview.query.Routing;
import io.bergview.refresh.explain.ViewExplanation;
import io.bergview.staleness.ViewContents;
import io.bergview.staleness.ViewState;
import io.bergview.staleness.ViewStates;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Statements that show and explain. */
final class ViewReports {
  private final ProjectContext context;
  private final SqlOperations operations;
  private final SqlNames names;

  ViewReports(ProjectContext context, SqlOperations operations, SqlNames names) {
    this.context = context;
    this.operations = operations;
    this.names = names;
  }

  SqlResult views() {
    TableResult table =
        new TableResult()
            .columns("view", "state", "mode")
            .column("last_refresh", MOMENT)
            .column("stale_since", MOMENT)
            .column("rows", NUMBER)
            .column("bytes", NUMBER)
            .columns("table");
    ViewStates states = operations.listViews();
    for (ViewState state : states.views()) {
      Optional<ViewContents> held = state.contents();
      table.row(
          state.view(),
          state.state().label(),
          held.map(contents -> contents.mode().name().toLowerCase(Locale.ROOT)).orElse(null),
          moment(state.lastRefresh()),
          moment(state.staleSince()),
          held.map(contents -> known(contents.rows().count())).orElse(null),
          held.map(contents -> known(contents.bytes())).orElse(null),
          state.table().toString());
    }
    states
        .unreadable()
        .forEach(
            broken ->
                table.remark(
                    "%s cannot be read: %s: %s"
                        .formatted(
                            broken.name(), broken.error().code(), broken.error().getMessage())));
    return table.build();
  }

  SqlResult create(SqlName name) {
    RegisteredView view = context.registry().find(names.view(name));
    SqlForm form = FrozenTypes.sqlForm(view.definition());
    if (form instanceof SqlForm.None none) {
      throw new UsageException(
          ErrorCode.USAGE,
          "view %s cannot be written in SQL, which does not have %s here; explainView shows its definition"
              .formatted(view.name(), none.why()));
    }
    String text = SqlWriter.create(view.definition().view(), ((SqlForm.Query) form).text());
    return new TableResult().columns("view", "statement").row(view.name(), text).build();
  }

  SqlResult tables(Statement.ShowTables statement) {
    TableResult table =
        new TableResult()
            .columns("table", "types", "view")
            .column("rows", NUMBER)
            .column("files", NUMBER)
            .column("bytes", NUMBER)
            .column("last_change", MOMENT);
    TableListing listing = operations.listTables();
    for (ListedTable listed : listing.tables()) {
      boolean meant =
          statement
              .namespace()
              .map(namespace -> SqlNames.isIn(namespace, listed.table().in(listed.catalog())))
              .orElse(true);
      if (meant) {
        table.row(
            listed.table().toString(),
            String.join(", ", listed.types()),
            listed.view().orElse(null),
            known(listed.rows().count()),
            known(listed.files()),
            known(listed.bytes()),
            moment(listed.lastChange()));
      }
    }
    listing
        .unreadable()
        .forEach(
            broken ->
                table.remark(
                    "%s cannot be read: %s: %s"
                        .formatted(
                            broken.name(), broken.error().code(), broken.error().getMessage())));
    return table.build();
  }

  SqlResult describe(SqlName name) {
    TableResult table =
        new TableResult()
            .columns("column", "type")
            .column("nullable", FLAG)
            .column("key", FLAG)
            .columns("comment");
    operations.describeTable(tableOf(name)).columns().stream()
        .filter(column -> !isState(column.path()))
        .forEach(
            column ->
                table.row(
                    column.path(),
                    column.type(),
                    !column.required(),
                    column.key(),
                    column.doc().orElse(null)));
    return table.build();
  }

  /** What a view keeps for itself. */
  private static boolean isState(String path) {
    return path.equals("_state") || path.startsWith("_state.");
  }

  /** That of a view, or one of that name. */
  private String tableOf(SqlName name) {
    Optional<String> view = names.findView(name);
    if (view.isPresent()) {
      return context.registry().find(view.get()).qualifiedName().toString();
    }
    List<ListedTable> tables = operations.listTables().tables();
    return SqlNames.table(name, tables)
        .orElseThrow(
            () ->
                new NotFoundException(
                    ErrorCode.SOURCE_NOT_FOUND,
                    "There is no table or view '%s'%s; SHOW TABLES lists them"
                        .formatted(
                            name,
                            Suggestions.didYouMean(
                                name.toString(),
                                tables.stream().map(one -> one.table().toString()).toList()))));
  }

  SqlResult explain(SqlName name) {
    ViewExplanation view = operations.explainView(names.view(name));
    TableResult table = new TableResult().columns("source", "change", "refresh", "how");
    view.effects()
        .forEach(
            effect ->
                table.row(effect.type(), effect.change(), effect.kind().label(), effect.how()));
    table.remark(
        "view %s, table %s: %s".formatted(view.view(), view.table(), view.state().message()));
    table.remark(
        "a refresh would be %s now. %s: %s"
            .formatted(
                view.refreshNow().kind().label(),
                view.refreshNow().reason(),
                view.refreshNow().message()));
    view.planTree().stripTrailing().lines().forEach(line -> table.remark("  " + line));
    return table.build();
  }

  SqlResult explain(SqlText query) {
    TableResult table =
        new TableResult().columns("who", "verdict").column("bytes", NUMBER).columns("why");
    Routing routing = operations.explainSelect(query);
    for (Routing.RoutingCandidate candidate : routing.candidates()) {
      table.row(
          candidate.view().orElse("(sources)"),
          candidate.verdict().label(),
          candidate.bytes().isPresent() ? candidate.bytes().getAsLong() : null,
          candidate.why());
    }
    return table.build();
  }
}
