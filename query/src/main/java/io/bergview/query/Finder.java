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
import io.bergview.pipeline.Kernel;
import io.bergview.pipeline.OverflowDiagnosis;
import io.bergview.pipeline.context.ProjectContext;
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

/** Answers questions about views and entity types. {@link FindPlanner} chooses who answers. */
public final class Finder {
  private static final Logger LOG = LoggerFactory.getLogger(Finder.class);

  private final ProjectContext context;

  /** The project's entity types by name, read when a question needs them. */
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
   * A view of which a file turns out to be lost does not answer: it is invalid from then on, and
   * the question goes to the next view, or to the tables. All files that the rows come from are
   * looked at before the first row is.
   *
   * @param kernel where the question runs; must outlive the answer
   * @throws NotFoundException {@code VIEW_NOT_FOUND}; with {@code asOf} also {@code
   *     AS_OF_TOO_EARLY}, {@code SNAPSHOT_NOT_FOUND}
   * @throws io.bergview.errors.UsageException where the question does not fit what it asks
   * @throws io.bergview.errors.SourceException {@code SOURCE_SNAPSHOT_EXPIRED}
   * @throws io.bergview.errors.StorageException {@code FILE_LOST} where nobody else can answer
   */
  public Answer find(FindQuery query, Kernel kernel) {
    Set<String> damaged = new HashSet<>();
    while (true) {
      Optional<RegisteredView> view = asked(query);
      Tolerance tolerance = new Tolerance(query.maxStaleness(), context.clock());
      FindPlanner.Choice choice = planner.choose(query, view, tolerance);
      Pinned pinned = new Pinned(context, kernel, query.asOf(), tolerance);
      try {
        return answer(query, view, choice, pinned, tolerance, kernel);
      } catch (RuntimeException e) {
        pinned.close();
        RegisteredView lost = lostView(pinned, e);
        if (choice.itself(lost.name()) || !damaged.add(lost.name())) {
          throw pinned.explained(e);
        }
        fallbacks.incrementAndGet();
        LOG.warn(
            "The question to {} is answered without view {}, of which a file is lost",
            query.from(),
            lost.name());
      }
    }
  }

  /** How many questions were to be answered by a view of which a file turned out to be lost. */
  public long fallbacks() {
    return fallbacks.get();
  }

  private static RegisteredView lostView(Pinned pinned, RuntimeException failure) {
    return pinned.lostView(failure).orElseThrow(() -> pinned.explained(failure));
  }

  private Answer answer(
      FindQuery query,
      Optional<RegisteredView> view,
      FindPlanner.Choice choice,
      Pinned pinned,
      Tolerance tolerance,
      Kernel kernel) {
    Question question = question(query, view, choice, pinned);
    Optional<Router.Route> route = route(query, choice, question, tolerance);
    Optional<Router.Answering> other = route.flatMap(Router.Route::by);
    if (other.isPresent()) {
      pinned.view(other.get().view(), true);
      question = question.computedBy(other.get().plan());
    }
    ResolvedView resolved = question.resolved();
    Relations from = pinned.sources(query.from(), resolved);
    UnaryOperator<RuntimeException> explained =
        failure ->
            failure instanceof DataException data
                ? OverflowDiagnosis.ofQuestion(data, query.from(), resolved, kernel, from)
                : pinned.explained(failure);
    AnswerOrigin origin =
        new AnswerOrigin(
            query.from(),
            other.isPresent() ? AnswerOrigin.By.VIEW : choice.by(),
            other.map(Router.Answering::state).or(choice::state),
            query.asOf(),
            pinned.reads(),
            query.asOf().isPresent() && view.isPresent() ? madeFrom(view.get(), pinned) : List.of(),
            route.map(Router.Route::routing));
    return new Answer(origin, question.answer(), question.sql(from), kernel, pinned, explained);
  }

  /**
   * Who would answer, and why not the others; nothing is read but metadata. Throws what {@link
   * #find} throws.
   */
  public Routing explain(FindQuery query, Kernel kernel) {
    Optional<RegisteredView> view = asked(query);
    Tolerance tolerance = new Tolerance(query.maxStaleness(), context.clock());
    FindPlanner.Choice choice = planner.choose(query, view, tolerance);
    try (Pinned pinned = new Pinned(context, kernel, query.asOf(), tolerance)) {
      Question question = question(query, view, choice, pinned);
      return route(query, choice, question, tolerance)
          .map(Router.Route::routing)
          .orElseGet(() -> Routing.only(view.map(RegisteredView::name), choice));
    }
  }

  private Optional<RegisteredView> asked(FindQuery query) {
    try {
      Optional<RegisteredView> view = context.registry().findToRead(query.from());
      if (view.isEmpty() && !entities.get().containsKey(query.from())) {
        throw unknown(query.from());
      }
      return view;
    } catch (StorageException e) {
      // No view has the name of a type, so none that cannot be read is the one that is asked.
      if (entities.get().containsKey(query.from())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Question question(
      FindQuery query, Optional<RegisteredView> view, FindPlanner.Choice choice, Pinned pinned) {
    view.ifPresent(asked -> pinned.view(asked, choice.by() == AnswerOrigin.By.VIEW));
    return Question.resolve(query, new QuestionTypes(context.registry(), entities, pinned, view));
  }

  /** A view that answers for itself is as good as any; the past is asked of nobody else. */
  private Optional<Router.Route> route(
      FindQuery query, FindPlanner.Choice choice, Question question, Tolerance tolerance) {
    return query.route() && query.asOf().isEmpty() && choice.by() == AnswerOrigin.By.SOURCES
        ? Optional.of(router.route(query.from(), question.resolved(), tolerance))
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

  /** What was meant; of a table the type that is made from it, or how to make one. */
  private static String instead(String name, List<String> known, Map<String, EntityType> types) {
    String meant = Suggestions.didYouMean(name, known);
    if (!meant.isEmpty()) {
      return meant;
    }
    return types.values().stream()
        .filter(type -> type.table().filter(table -> isTable(name, table)).isPresent())
        .findFirst()
        .map(type -> "; table %s is asked by its type: %s".formatted(name, type.name()))
        .orElse(
            name.contains(".")
                ? "; to ask a table declare a type of it in types/, such as {$type: Name, $table: %s, $id: its key}"
                    .formatted(name)
                : "; views are defined in views/ and registered by 'bergview apply', types are"
                    + " declared in types/");
  }

  private static boolean isTable(String name, TableName table) {
    String full = table.toString();
    return name.equals(full) || full.endsWith("." + name) || name.endsWith("." + full);
  }

  /** The sources as a view's rows of that moment show them. */
  private static List<SourceSnapshot> madeFrom(RegisteredView view, Pinned pinned) {
    Optional<Snapshot> then = pinned.snapshot(view.tableName());
    if (then.isPresent()
        && LineageLookup.of(view.table(), then.get()) instanceof LineageLookup.Found found) {
      return found.lineage().sources();
    }
    return List.of();
  }
}
