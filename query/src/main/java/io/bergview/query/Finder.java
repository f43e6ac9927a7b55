package io.bergview.query;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.Suggestions;
import io.bergview.pipeline.Kernel;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.projection.definition.EntityType;
import io.bergview.staleness.Staleness;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.Snapshot;

/** Answers questions about views and entity types. {@link FindPlanner} chooses who answers. */
public final class Finder {
  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final Staleness staleness;
  private final TableScanner scanner;
  private final Supplier<Map<String, EntityType>> entities;
  private final FindPlanner planner;

  /**
   * @param entities the project's entity types by name, read when a question needs them
   */
  public Finder(
      Catalogs catalogs,
      ViewRegistry registry,
      Staleness staleness,
      TableScanner scanner,
      Supplier<Map<String, EntityType>> entities) {
    this.catalogs = requireNonNull(catalogs, "catalogs is null");
    this.registry = requireNonNull(registry, "registry is null");
    this.staleness = requireNonNull(staleness, "staleness is null");
    this.scanner = requireNonNull(scanner, "scanner is null");
    this.entities = requireNonNull(entities, "entities is null");
    this.planner = new FindPlanner(staleness);
  }

  /**
   * @param kernel where the question runs; must outlive the answer
   * @throws NotFoundException {@code VIEW_NOT_FOUND}; with {@code asOf} also {@code
   *     AS_OF_TOO_EARLY}, {@code SNAPSHOT_NOT_FOUND}
   * @throws io.bergview.errors.UsageException where the question does not fit what it asks
   * @throws io.bergview.errors.SourceException {@code SOURCE_SNAPSHOT_EXPIRED}
   */
  public Answer find(FindQuery query, Kernel kernel) {
    Optional<RegisteredView> view = registry.findToRead(query.from());
    if (view.isEmpty() && !entities.get().containsKey(query.from())) {
      throw unknown(query.from());
    }
    FindPlanner.Choice choice = planner.choose(query, view);
    Pinned pinned = new Pinned(catalogs, registry, staleness, kernel, scanner, query.asOf());
    try {
      view.ifPresent(asked -> pinned.root(asked, choice.by() == AnswerOrigin.By.VIEW));
      Question question =
          Question.resolve(query, new QuestionTypes(registry, entities, pinned, view));
      String sql = question.sql(pinned.sources(query.from(), question.resolved()));
      AnswerOrigin origin =
          new AnswerOrigin(
              query.from(),
              choice.by(),
              choice.state(),
              query.asOf(),
              pinned.reads(),
              query.asOf().isPresent() && view.isPresent()
                  ? madeFrom(view.get(), pinned)
                  : List.of());
      return new Answer(origin, question.answer(), sql, kernel, pinned);
    } catch (RuntimeException e) {
      pinned.close();
      throw e;
    }
  }

  private NotFoundException unknown(String name) {
    Map<String, EntityType> types = entities.get();
    List<String> known =
        java.util.stream.Stream.concat(registry.names().stream(), types.keySet().stream()).toList();
    return new NotFoundException(
        ErrorCode.VIEW_NOT_FOUND,
        "There is no view or type '%s'%s".formatted(name, Suggestions.didYouMean(name, known)));
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
