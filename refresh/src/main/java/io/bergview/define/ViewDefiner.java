package io.bergview.define;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.NewView;
import io.bergview.catalog.view.PublishedViews;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.SourceColumns;
import io.bergview.catalog.view.StoredDefinition;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.define.DefinitionDifference.Cost;
import io.bergview.errors.BergviewException;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.ErrorCode;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.RefreshSettings.Mode;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.resolve.ViewResolver;
import io.bergview.refresh.algebra.ChangeEffects;
import io.bergview.refresh.algebra.ViewDelta;
import io.bergview.refresh.pin.SourceLeases;
import io.bergview.refresh.write.Layout;
import io.bergview.refresh.write.Replication;
import io.bergview.refresh.write.ShardAdvice;
import io.bergview.refresh.write.Sharding;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks a definition whole, says what registering it would do, and registers it. */
public final class ViewDefiner {
  private static final Logger LOG = LoggerFactory.getLogger(ViewDefiner.class);

  private final ProjectContext context;
  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final PublishedViews published;

  public ViewDefiner(ProjectContext context) {
    this.context = context;
    this.catalogs = context.catalogs();
    this.registry = context.registry();
    this.published = new PublishedViews(context.catalogs());
  }

  /**
   * What {@link #define} would do; nothing is written.
   *
   * @throws io.bergview.errors.DefinitionException where the definition does not fit its types
   */
  public DefinePlan plan(ViewDefinition view, ProjectTypes types) {
    CheckedDefinition candidate = candidate(view, types);
    BergviewException damage = types.damaged().get(view.name());
    return damage == null
        ? plan(candidate, Optional.ofNullable(types.registered().get(view.name())))
        : repairPlan(candidate, damage);
  }

  /** For a registered view that cannot be identified; one whose table is lost is lost. */
  private DefinePlan repairPlan(CheckedDefinition candidate, BergviewException damage) {
    if (damage.code() != ErrorCode.FORMAT_UNSUPPORTED) {
      throw damage;
    }
    List<String> notes = new ArrayList<>();
    notes.add("what is stored is replaced, and every row made again: " + damage.getMessage());
    notes.addAll(notes(candidate));
    return new DefinePlan(
        candidate.definition().view().name(),
        candidate.table(),
        DefinePlan.Action.ALTER,
        List.of(),
        notes,
        List.of(),
        ChangeEffects.of(new ViewDelta(candidate.resolved())));
  }

  /** As {@link #plan}, with the definition that would be registered. */
  ProjectApply.Planned planned(ViewDefinition view, ProjectTypes types) {
    return new ProjectApply.Planned(plan(view, types), candidate(view, types).definition());
  }

  private DefinePlan plan(CheckedDefinition candidate, Optional<RegisteredView> existing) {
    StoredDefinition definition = candidate.definition();
    List<DefinitionDifference> changes =
        existing
            .map(before -> DefinitionDifferences.of(before.definition(), definition))
            .orElse(List.of());
    DefinePlan.Action action =
        existing
            .map(before -> action(before.definition(), definition, changes))
            .orElse(DefinePlan.Action.CREATE);
    Optional<String> missing = missing(candidate, existing, action);
    return new DefinePlan(
        definition.view().name(),
        candidate.table(),
        action,
        action == DefinePlan.Action.UNCHANGED ? List.of() : changes,
        action == DefinePlan.Action.UNCHANGED ? missing.stream().toList() : notes(candidate),
        List.of(),
        ChangeEffects.of(new ViewDelta(candidate.resolved())));
  }

  /** Checks the name under which a view is to be published; says so where it is, and is lost. */
  private Optional<String> missing(
      CheckedDefinition candidate, Optional<RegisteredView> existing, DefinePlan.Action action) {
    ViewDefinition view = candidate.definition().view();
    boolean missing = published.check(view, candidate.table(), existing.map(RegisteredView::table));
    return missing && action == DefinePlan.Action.UNCHANGED
        ? Optional.of(
            "the published view %s is missing, and is made again"
                .formatted(view.publish().orElseThrow()))
        : Optional.empty();
  }

  private static DefinePlan.Action action(
      StoredDefinition before, StoredDefinition after, List<DefinitionDifference> changes) {
    if (before.hash().equals(after.hash())) {
      return DefinePlan.Action.UNCHANGED;
    }
    if (!before.contentHash().equals(after.contentHash())) {
      return DefinePlan.Action.ALTER;
    }
    return changes.stream().anyMatch(change -> change.cost() == Cost.NEW_FILES)
        ? DefinePlan.Action.ALTER_LAYOUT
        : DefinePlan.Action.ALTER_SETTINGS;
  }

  /**
   * Registers a view, or gives an existing one this definition. No data is read or written: the
   * view is invalid until its next refresh, unless only settings of its refresh or its layout
   * change.
   *
   * @throws io.bergview.errors.ConflictException if another object has the name, or the view was
   *     changed at the same time
   */
  public DefinePlan define(ViewDefinition view, ProjectTypes types) {
    DefinePlan plan = plan(view, types);
    if (plan.action() != DefinePlan.Action.UNCHANGED) {
      registered(registry.define(newView(candidate(view, types))));
    } else {
      Optional.ofNullable(types.registered().get(view.name())).ifPresent(published::settle);
    }
    return plan;
  }

  /**
   * What {@link #alter} would do; nothing is written.
   *
   * @param changed the registered view with other settings
   * @throws io.bergview.errors.DefinitionException where the settings do not fit the view
   */
  public DefinePlan planAlter(RegisteredView seen, ViewDefinition changed) {
    return plan(candidate(seen, changed), Optional.of(seen));
  }

  /**
   * Gives a registered view other settings. Its sources and columns stay as registered, even if the
   * project's types have changed since.
   *
   * @param seen the view from which {@code changed} is derived
   * @throws io.bergview.errors.ConflictException if it was changed or refreshed since
   */
  public DefinePlan alter(RegisteredView seen, ViewDefinition changed) {
    DefinePlan plan = planAlter(seen, changed);
    if (plan.action() != DefinePlan.Action.UNCHANGED) {
      registered(registry.alter(seen, newView(candidate(seen, changed))));
    }
    return plan;
  }

  /** The layout that a registered view's table would have with another definition. */
  public Layout layoutOf(RegisteredView seen, StoredDefinition definition) {
    return layout(FrozenTypes.resolve(definition, Map.of()), definition, Optional.of(seen));
  }

  private CheckedDefinition candidate(RegisteredView seen, ViewDefinition changed) {
    StoredDefinition before = seen.definition();
    StoredDefinition definition = new StoredDefinition(changed, before.types(), before.sources());
    ResolvedView resolved = FrozenTypes.resolve(definition, Map.of());
    return new CheckedDefinition(
        resolved,
        seen.tableName(),
        definition,
        layout(resolved, definition, Optional.of(seen)),
        ReplicaStorage.note(changed, seen.tableName(), catalogs));
  }

  /**
   * What the definition leaves open follows the sources as they are when the view is created, or
   * its rows or partitions are defined otherwise; at other changes it stays as it is.
   */
  private Layout layout(
      ResolvedView resolved, StoredDefinition definition, Optional<RegisteredView> existing) {
    Layout fresh = Layout.of(catalogs::find, resolved);
    return existing
        .filter(before -> before.definition().contentHash().equals(definition.contentHash()))
        .filter(before -> samePartitions(before.definition().view(), definition.view()))
        .map(before -> Layout.of(before.table(), resolved))
        .orElse(fresh);
  }

  private static boolean samePartitions(ViewDefinition before, ViewDefinition after) {
    return before.projection() == after.projection()
        && before.layout().partitionBy().equals(after.layout().partitionBy())
        && before.layout().shards().equals(after.layout().shards())
        && before.layout().shardKey().equals(after.layout().shardKey());
  }

  private NewView newView(CheckedDefinition candidate) {
    Schema schema = candidate.resolved().schema();
    Layout layout = candidate.layout();
    return new NewView(
        candidate.definition().view().name(),
        candidate.table(),
        schema,
        layout.spec(schema),
        layout.sortOrder(schema),
        layout.properties(),
        candidate.definition());
  }

  private void registered(ViewRegistry.Defined defined) {
    followLeases(defined);
    RegisteredView view = defined.view();
    published.settle(view);
    try {
      Replication.apply(view.table(), view.definition().view().layout().replication());
    } catch (BergviewException | UncheckedIOException e) {
      LOG.warn(
          "View {} is registered, but its files do not yet have the copies that it declares;"
              + " compactView tries again",
          view.name(),
          e);
    }
  }

  private void followLeases(ViewRegistry.Defined defined) {
    if (defined.change() != ViewRegistry.Change.UNCHANGED) {
      new SourceLeases(context, defined.view()).settle();
    }
  }

  /** Settings that are checked and kept, and that nothing acts on by itself. */
  private List<String> notes(CheckedDefinition candidate) {
    List<String> notes = new ArrayList<>();
    Mode mode = candidate.definition().view().refresh().mode();
    if (mode != Mode.MANUAL) {
      notes.add(
          "$refresh.mode is %s: a running 'bergview serve' refreshes the view, or 'bergview refreshView --due' called periodically; else nothing does"
              .formatted(mode.name().toLowerCase(Locale.ROOT)));
    }
    candidate
        .layout()
        .sharding()
        .filter(sharding -> sharding.base().isPresent())
        .ifPresent(sharding -> notes.add(sharding.describe()));
    candidate
        .layout()
        .sharding()
        .filter(sharding -> sharding.base().isEmpty())
        .flatMap(sharding -> tooMany(candidate, sharding))
        .ifPresent(notes::add);
    candidate.replicas().ifPresent(notes::add);
    return notes;
  }

  /** By the size of the root table, which a view is rarely larger than. */
  private Optional<String> tooMany(CheckedDefinition candidate, Sharding sharding) {
    return candidate.resolved().sources().stream()
        .findFirst()
        .map(SourceTable::table)
        .flatMap(
            root ->
                catalogs
                    .find(root)
                    .flatMap(
                        table ->
                            ShardAdvice.of(table).ofTooMany(sharding.count(), root.toString())));
  }

  /**
   * @param replicas what there is to note of the number of copies
   */
  private record CheckedDefinition(
      ResolvedView resolved,
      TableName table,
      StoredDefinition definition,
      Layout layout,
      Optional<String> replicas) {}

  private CheckedDefinition candidate(ViewDefinition view, ProjectTypes types) {
    if (view.upstreams().contains(view.name())) {
      throw view.origin()
          .failure(
              ProblemKind.CYCLE,
              view.placeOf(view.name()),
              "view " + view.name() + " reads itself: " + view.name() + " -> " + view.name());
    }
    ResolvedView resolved = ViewResolver.resolve(view, types);
    TableName table = types.tableFor(view);
    checkNoCircle(view, table, resolved, types);
    Map<String, StoredDefinition.Source> sources = new LinkedHashMap<>();
    for (SourceTable source : resolved.frozen()) {
      sources.put(source.type(), new StoredDefinition.Source(source.table(), source.schema()));
    }
    Optional.ofNullable(types.registered().get(view.name()))
        .ifPresent(before -> keepFollowed(before, types, sources));
    StoredDefinition definition =
        new StoredDefinition(view, new LinkedHashMap<>(resolved.types()), sources);
    Optional<RegisteredView> existing = Optional.ofNullable(types.registered().get(view.name()));
    return new CheckedDefinition(
        resolved,
        table,
        definition,
        layout(resolved, definition, existing),
        ReplicaStorage.note(view, table, catalogs));
  }

  /**
   * A source with columns that the registered definition follows by itself, for example after type
   * promotions, stays frozen as it is: the view already reads exactly these columns.
   */
  private static void keepFollowed(
      RegisteredView before, ProjectTypes types, Map<String, StoredDefinition.Source> sources) {
    Map<String, SourceColumns> now = types.sourcesOf(before);
    before
        .definition()
        .sources()
        .forEach(
            (type, frozen) ->
                sources.computeIfPresent(
                    type,
                    (same, wanted) -> {
                      SourceColumns columns = now.get(type);
                      boolean follows =
                          columns != null
                              && frozen.table().equals(wanted.table())
                              && FrozenTypes.follows(
                                  before.name(), frozen, columns, wanted.schema());
                      return follows ? frozen : wanted;
                    }));
  }

  /** Follows the tables that the view would read through the views that they hold. */
  private void checkNoCircle(
      ViewDefinition view, TableName table, ResolvedView resolved, ProjectTypes types) {
    TableName name = catalogs.qualified(table);
    List<TableName> reads =
        resolved.frozen().stream().map(source -> catalogs.qualified(source.table())).toList();
    Optional<List<String>> upstream = types.graph().path(reads, name);
    if (upstream.isPresent()) {
      List<String> cycle = new ArrayList<>(upstream.get());
      cycle.add(0, view.name());
      cycle.add(view.name());
      throw view.origin()
          .failure(
              ProblemKind.CYCLE,
              "$from",
              "views cannot read themselves: " + String.join(" -> ", cycle));
    }
    types.checked(view.name(), name, reads);
  }
}
