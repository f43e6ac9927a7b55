package io.bergview.query;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.EntityTypes;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.StorageException;
import io.bergview.errors.Suggestions;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.pipeline.engine.EmbeddedSession;
import io.bergview.pipeline.engine.OverflowDiagnosis;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.sql.Relations;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.iceberg.Snapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers queries about views and entity types. {@link FindPlanner} chooses who answers. */
public final class Finder {
  private static final Logger LOG = LoggerFactory.getLogger(Finder.class);

  private final ProjectContext context;

  /** The project's entity types by name, read when a query needs them. */
  private final Supplier<Map<String, EntityType>> entities;

  private final FindPlanner planner;
  private final Router router;
  private final AtomicLong fallbacks = new AtomicLong();

  public Finder(ProjectContext context) {
    this.context = requireNonNull(context, "context is null");
    this.entities = new EntityTypes(context.project())::byName;
    this.planner = new FindPlanner(context.staleness());
    this.router = new Router(context);
  }

  /**
   * If a file of a view is lost, the view is invalid from then on, and the query falls back to the
   * next view, or to the tables. All files of the result are checked before the first row is read.
   *
   * @param session where the query runs; must outlive the answer
   * @throws NotFoundException {@code VIEW_NOT_FOUND}; with {@code asOf} also {@code
   *     AS_OF_TOO_EARLY}, {@code SNAPSHOT_NOT_FOUND}
   * @throws io.bergview.errors.UsageException if the query does not fit the view or type
   * @throws io.bergview.errors.SourceException {@code SOURCE_SNAPSHOT_EXPIRED}
   * @throws io.bergview.errors.StorageException {@code FILE_LOST} if there is no fallback
   */
  public QueryResult find(FindQuery query, DuckDbSession session) {
    Set<String> damaged = new HashSet<>();
    while (true) {
      Optional<RegisteredView> view = asked(query);
      Tolerance tolerance = new Tolerance(query.maxStaleness(), context.clock());
      FindPlanner.Choice choice = planner.choose(query, view, tolerance);
      PinnedTables pinned = new PinnedTables(context, session, query.asOf(), tolerance);
      try {
        return answer(query, view, choice, pinned, tolerance, session);
      } catch (RuntimeException e) {
        pinned.close();
        RegisteredView lost = lostView(pinned, e);
        if (choice.itself(lost.name()) || !damaged.add(lost.name())) {
          throw pinned.explained(e);
        }
        fallbacks.incrementAndGet();
        LOG.warn(
            "{} is answered without view {}, which has lost a file", shown(query), lost.name());
      }
    }
  }

  /** The number of queries that fell back from a view with a lost file. */
  public long fallbacks() {
    return fallbacks.get();
  }

  /** For messages. */
  private static String shown(FindQuery query) {
    return query.sql().isPresent() ? "The query" : "The query of " + query.from();
  }

  private static RegisteredView lostView(PinnedTables pinned, RuntimeException failure) {
    return pinned.lostView(failure).orElseThrow(() -> pinned.explained(failure));
  }

  private QueryResult answer(
      FindQuery query,
      Optional<RegisteredView> view,
      FindPlanner.Choice choice,
      PinnedTables pinned,
      Tolerance tolerance,
      DuckDbSession session) {
    ResolvedQuery resolvedQuery = resolvedQuery(query, view, choice, pinned);
    Optional<Router.Routed> route = route(query, choice, resolvedQuery, tolerance);
    List<Router.AnsweringView> others = route.map(Router.Routed::by).orElse(List.of());
    for (Router.AnsweringView other : others) {
      pinned.view(other.view(), true);
      resolvedQuery = resolvedQuery.computedBy(other.plan());
    }
    ResolvedView resolved = resolvedQuery.resolved();
    Relations from = pinned.sources(query.from(), resolved);
    UnaryOperator<RuntimeException> explained =
        failure ->
            failure instanceof DataException data
                ? OverflowDiagnosis.ofQuery(
                    data,
                    shown(query),
                    resolved,
                    new EmbeddedSession(session, context.scanner()),
                    from)
                : pinned.explained(failure);
    ResultOrigin origin =
        new ResultOrigin(
            query.from(),
            others.isEmpty() ? choice.by() : ResultOrigin.AnsweredBy.VIEW,
            others.stream().findFirst().map(Router.AnsweringView::state).or(choice::state),
            others.stream().skip(1).map(Router.AnsweringView::state).toList(),
            query.asOf(),
            pinned.reads(),
            query.asOf().isPresent() && view.isPresent()
                ? derivedFrom(view.get(), pinned)
                : List.of(),
            route.map(Router.Routed::routing));
    return new QueryResult(
        origin, resolvedQuery.answer(), resolvedQuery.sql(from), session, pinned, explained);
  }

  /**
   * Who would answer, and why not the others; nothing is read but metadata. Throws what {@link
   * #find} throws.
   */
  public Routing explain(FindQuery query, DuckDbSession session) {
    Optional<RegisteredView> view = asked(query);
    Tolerance tolerance = new Tolerance(query.maxStaleness(), context.clock());
    FindPlanner.Choice choice = planner.choose(query, view, tolerance);
    try (PinnedTables pinned = new PinnedTables(context, session, query.asOf(), tolerance)) {
      ResolvedQuery resolvedQuery = resolvedQuery(query, view, choice, pinned);
      return route(query, choice, resolvedQuery, tolerance)
          .map(Router.Routed::routing)
          .orElseGet(() -> Routing.only(view.map(RegisteredView::name), choice));
    }
  }

  private Optional<RegisteredView> asked(FindQuery query) {
    if (query.sql().isPresent()) {
      return Optional.empty();
    }
    try {
      Optional<RegisteredView> view = context.registry().findToRead(query.from());
      if (view.isEmpty() && !entities.get().containsKey(query.from())) {
        throw unknown(query.from());
      }
      return view;
    } catch (StorageException e) {
      // No view has the name of a type, so the queried one is not among those that cannot be read.
      if (entities.get().containsKey(query.from())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private ResolvedQuery resolvedQuery(
      FindQuery query,
      Optional<RegisteredView> view,
      FindPlanner.Choice choice,
      PinnedTables pinned) {
    view.ifPresent(asked -> pinned.view(asked, choice.by() == ResultOrigin.AnsweredBy.VIEW));
    return ResolvedQuery.resolve(
        query, new QueryTypes(context.catalogs(), context.registry(), entities, pinned, view));
  }

  /** A view that answers for itself needs no alternative; queries of the past are not routed. */
  private Optional<Router.Routed> route(
      FindQuery query,
      FindPlanner.Choice choice,
      ResolvedQuery resolvedQuery,
      Tolerance tolerance) {
    return query.route() && query.asOf().isEmpty() && choice.by() == ResultOrigin.AnsweredBy.SOURCES
        ? Optional.of(router.route(query.from(), resolvedQuery.resolved(), tolerance))
        : Optional.empty();
  }

  private NotFoundException unknown(String name) {
    Map<String, EntityType> types = entities.get();
    List<String> known =
        java.util.stream.Stream.concat(context.registry().names().stream(), types.keySet().stream())
            .toList();
    return new NotFoundException(
        ErrorCode.VIEW_NOT_FOUND,
        "There is no view or type '%s'%s".formatted(name, instead(name, known, types)));
  }

  /** What was meant; of a table the type that is derived from it, or how to make one. */
  private static String instead(String name, List<String> known, Map<String, EntityType> types) {
    String meant = Suggestions.didYouMean(name, known);
    if (!meant.isEmpty()) {
      return meant;
    }
    return types.values().stream()
        .filter(type -> type.table().filter(table -> isTable(name, table)).isPresent())
        .findFirst()
        .map(type -> "; query table %s by its type: %s".formatted(name, type.name()))
        .orElse(
            name.contains(".")
                ? "; to query a table, declare a type for it in types/, such as {$type: Name, $table: %s, $id: its key}"
                    .formatted(name)
                : "; views are defined in views/ and registered by 'bergview apply', types are"
                    + " declared in types/");
  }

  private static boolean isTable(String name, TableName table) {
    String full = table.toString();
    return name.equals(full) || full.endsWith("." + name) || name.endsWith("." + full);
  }

  /** The sources as a view's rows of that moment show them. */
  private static List<SourceSnapshot> derivedFrom(RegisteredView view, PinnedTables pinned) {
    Optional<Snapshot> then = pinned.snapshot(view.tableName());
    if (then.isPresent()
        && LineageLookup.of(view.table(), then.get())
            instanceof LineageLookup.RecordedLineage found) {
      return found.lineage().sources();
    }
    return List.of();
  }
}
