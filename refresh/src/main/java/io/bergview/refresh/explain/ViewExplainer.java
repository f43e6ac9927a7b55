package io.bergview.refresh.explain;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.SummaryNumbers;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.PublishedViews;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.SourceColumns;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.RefusedException;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.DefinitionWriter;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.PlanPrinter;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.sql.DuckDbSql;
import io.bergview.projection.sql.DuckDbTypes;
import io.bergview.projection.yaml.YamlForm;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.RefreshPlanner;
import io.bergview.refresh.algebra.ChangeEffects;
import io.bergview.refresh.algebra.ViewDelta;
import io.bergview.refresh.incremental.CostEstimate;
import io.bergview.refresh.pin.BaseTables;
import io.bergview.refresh.pin.PinnedSources;
import io.bergview.refresh.write.Layout;
import io.bergview.staleness.SnapshotRows;
import io.bergview.staleness.Staleness;
import io.bergview.staleness.ViewState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;

/** Explains registered views from metadata only. */
public final class ViewExplainer {
  private final ProjectContext context;
  private final Catalogs catalogs;
  private final Staleness staleness;

  public ViewExplainer(ProjectContext context) {
    this.context = context;
    this.catalogs = context.catalogs();
    this.staleness = context.staleness();
  }

  /**
   * @param types of the project, looked at if the view is in SQL
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}
   * @throws io.bergview.errors.SourceException if a column that the view reads is gone
   */
  public ViewExplanation explain(String name, Supplier<TypeSource> types) {
    RegisteredView view = context.registry().find(name);
    Map<String, SourceColumns> now = new HashMap<>();
    view.definition()
        .sources()
        .forEach(
            (type, source) ->
                catalogs
                    .find(source.table())
                    .ifPresent(table -> now.put(type, SourceColumns.of(table, source, view))));
    staleness.damage().look(view);
    ViewExplanation.Next next = next(view);
    ResolvedView resolved =
        next.kind() == RefreshKind.FULL
            ? FrozenTypes.resolve(view.definition(), now)
            : FrozenTypes.resolve(view, now);
    ViewState state = staleness.state(view);
    Layout layout =
        RefreshPlanner.mayBeLaidOutOtherwise(state.reason())
            ? Layout.of(catalogs::find, resolved)
            : Layout.of(view.table(), resolved);
    return new ViewExplanation(
        view.name(),
        view.tableName(),
        view.table().location(),
        view.definitionVersion(),
        DefinitionWriter.write(view.definition().view()),
        yaml(view.definition().view(), types),
        columns(resolved),
        resolved.tableKey(),
        PlanPrinter.print(resolved.plan()),
        DuckDbSql.select(resolved.plan(), source -> DuckDbTypes.quote(source.table().toString())),
        layout.describe(),
        ShardsOfView.of(
            view.table(), layout.sharding(), Layout.of(catalogs::find, resolved).sharding()),
        sources(resolved),
        resolved.appends() ? List.of() : ChangeEffects.of(new ViewDelta(resolved)),
        state,
        next,
        view.definition().view().refresh().engine().orElse(context.project().engine()),
        view.definition()
            .view()
            .publish()
            .map(shown -> new ViewExplanation.Published(shown, !PublishedViews.isBehind(view))));
  }

  private static Optional<YamlForm> yaml(ViewDefinition view, Supplier<TypeSource> types) {
    if (view.query().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(YamlForm.of(view, types.get()));
    } catch (DefinitionException broken) {
      return Optional.of(
          new YamlForm.None("what the project's files should say: " + broken.getMessage()));
    }
  }

  private static List<ViewExplanation.Column> columns(ResolvedView view) {
    List<ViewExplanation.Column> columns = new ArrayList<>();
    if (view.appends()) {
      columns.add(
          new ViewExplanation.Column(
              ResolvedView.REFRESHED_AT, "timestamptz", "the instant of the batch"));
    }
    view.columns()
        .forEach(
            column ->
                columns.add(
                    new ViewExplanation.Column(
                        column.name(), shown(column.type().toString()), column.source())));
    return columns;
  }

  /** The sources of a view, with what a full refresh would read of them. */
  public List<ViewExplanation.Source> sources(ResolvedView view) {
    return view.sources().stream().map(this::source).toList();
  }

  /** What a refresh would do now, policy aside. */
  public ViewExplanation.Next next(RegisteredView view) {
    BaseTables bases = new BaseTables(catalogs);
    PinnedSources pinned;
    try {
      pinned = PinnedSources.of(view, bases, context);
    } catch (RefusedException e) {
      return ViewExplanation.Next.of(e);
    }
    ViewState state = staleness.state(view, pinned.tables(), bases::find);
    if (view.definition().view().refresh().appends()) {
      Instant now = context.clock().instant().truncatedTo(ChronoUnit.MILLIS);
      try {
        return ViewExplanation.Next.of(RefreshPlanner.batch(view, state, false, now));
      } catch (RefusedException | NotFoundException e) {
        return ViewExplanation.Next.of(e);
      }
    }
    RefreshPlan plan = RefreshPlanner.preview(state);
    return ViewExplanation.Next.of(
        plan instanceof RefreshPlan.Incremental incremental
            ? new CostEstimate(catalogs).of(view, incremental, pinned)
            : plan);
  }

  /** Without the field ids that Iceberg's texts of nested types begin with. */
  private static String shown(String type) {
    return type.replaceAll("(?<=[<, ])\\d+: ", "")
        .replace("optional ", "")
        .replace("required ", "");
  }

  private ViewExplanation.Source source(SourceTable source) {
    Optional<Table> table = catalogs.find(source.table());
    Snapshot snapshot = table.map(Table::currentSnapshot).orElse(null);
    Map<String, String> summary = snapshot == null ? Map.of() : snapshot.summary();
    SnapshotRows rows = table.map(SnapshotRows::of).orElse(new SnapshotRows(0, true));
    Set<Integer> read = new HashSet<>();
    source.schema().columns().forEach(column -> read.add(column.fieldId()));
    List<String> notRead = new ArrayList<>();
    table.ifPresent(
        found ->
            found.schema().columns().stream()
                .filter(column -> !read.contains(column.fieldId()))
                .forEach(column -> notRead.add(column.name())));
    return new ViewExplanation.Source(
        source.table(),
        source.type(),
        snapshot == null ? -1 : snapshot.snapshotId(),
        rows.count(),
        rows.exact(),
        SummaryNumbers.number(summary, SnapshotSummary.TOTAL_FILE_SIZE_PROP, 0),
        SummaryNumbers.number(summary, SnapshotSummary.TOTAL_DATA_FILES_PROP, 0),
        source.schema().columns().stream().map(Types.NestedField::name).toList(),
        notRead);
  }
}
