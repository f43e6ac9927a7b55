package io.bergview.discover;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.ProjectDefinitions;
import io.bergview.discover.TableSearch.SearchResult;
import io.bergview.errors.BergviewException;
import io.bergview.pipeline.CancelledException;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.SessionLease;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.TableName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Proposes entity types for tables that have none.
 *
 * <h2>What counts as evidence</h2>
 *
 * <p>A key is proposed where a name suggests it and no row contradicts it: every value is there
 * once, and none is null. A relation is proposed where the name of a column agrees with the name of
 * a table or of its key, the types are alike, and the values are found among the keys. Neither half
 * is enough alone. Integers from 1 up are among the keys of every table with surrogate keys, so
 * values prove nothing without names; and names prove nothing without values.
 *
 * <h2>What it costs</h2>
 *
 * <p>Of each table first a sample of some thousand rows is read, which refutes nearly all
 * candidates: a value that is there twice in a sample is there twice in the table. Only what is
 * left is counted in all rows, and keys of several columns, of which there are many combinations,
 * are bounded in number ({@link CompositeKeys}).
 */
public final class Discovery {
  private final ProjectContext context;
  private final Catalogs catalogs;
  private final DiscoverProgress progress;
  private volatile @Nullable DuckDbSession running;
  private volatile boolean cancelled;

  public Discovery(ProjectContext context, DiscoverProgress progress) {
    this.context = requireNonNull(context, "context is null");
    this.catalogs = context.catalogs();
    this.progress = requireNonNull(progress, "progress is null");
  }

  /**
   * What {@link #discover} would write.
   *
   * @throws io.bergview.errors.NotFoundException {@code SOURCE_NOT_FOUND} where a pattern matches
   *     no table
   * @throws io.bergview.errors.DefinitionException where the project's definitions are wrong
   * @throws BergviewException where no catalog at all can be listed
   */
  public DiscoverResult plan(DiscoverOptions options) {
    ProjectDefinitions definitions = ProjectDefinitions.read(context.project());
    SearchResult found = TableSearch.of(catalogs, options.patterns());
    KnownTypes known = KnownTypes.of(definitions, catalogs);
    Map<TableName, List<String>> typed = new LinkedHashMap<>();
    List<FoundTable> untyped = new ArrayList<>();
    for (FoundTable table : found.tables()) {
      List<String> types = known.names(table.qualified());
      if (!types.isEmpty()) {
        typed.put(table.name(), types);
      } else if (table.view().isEmpty()) {
        untyped.add(table);
      }
    }
    List<UnreadableTable> unreadable = new ArrayList<>(found.unreadable());
    if (untyped.isEmpty()) {
      return new DiscoverResult(List.of(), typed, Map.of(), unreadable, false);
    }
    Subjects subjects = subjects(untyped, definitions);
    return withSession(
        session -> {
          try (Examination examination =
              new Examination(session, context.scanner(), options.accept(), this::readable)) {
            examine(examination, subjects);
            unreadable.addAll(examination.unreadable());
            TypeAssembly assembly =
                new TypeAssembly(catalogs, definitions.types(), options.accept());
            TypeAssembly.Assembled types = assembly.of(examination.findings());
            unreadable.addAll(types.refused());
            return new DiscoverResult(types.types(), typed, types.suggestions(), unreadable, false);
          }
        });
  }

  /**
   * Writes a file into the project's {@code types/} for each table that has no type. No file is
   * overwritten; where one cannot be written none is.
   *
   * @throws io.bergview.errors.ConflictException {@code FILE_EXISTS} if another wrote one at the
   *     same time
   * @throws io.bergview.errors.StorageException if a file cannot be written
   */
  public DiscoverResult discover(DiscoverOptions options) {
    DiscoverResult planned = plan(options);
    new TypeFiles(context.project()).write(planned.types());
    return planned.asWritten();
  }

  /** Stops what is running, which fails with {@code CANCELLED}. Call it from any thread. */
  public void cancel() {
    cancelled = true;
    DuckDbSession session = running;
    if (session != null) {
      session.cancel();
    }
  }

  private DiscoverResult withSession(Function<DuckDbSession, DiscoverResult> work) {
    try (SessionLease lease = context.sessions().lease()) {
      DuckDbSession session = lease.session();
      running = session;
      if (cancelled) {
        throw new CancelledException(null);
      }
      return work.apply(session);
    } finally {
      running = null;
    }
  }

  private void examine(Examination examination, Subjects subjects) {
    List<Subject> fresh = subjects.fresh();
    int total = fresh.size();
    for (int i = 0; i < total; i++) {
      progress.step("reading tables", i, total);
      examination.sample(fresh.get(i));
    }
    progress.step("reading tables", total, total);
    List<Subject> sampled = examination.sampled();
    List<Subject> all = new ArrayList<>(sampled);
    all.addAll(subjects.known());
    for (int i = 0; i < sampled.size(); i++) {
      progress.step("looking for keys", i, sampled.size());
      examination.findKey(sampled.get(i), all);
    }
    progress.step("looking for keys", sampled.size(), sampled.size());
    List<RelationCandidate> candidates = examination.candidates(subjects.known());
    for (int i = 0; i < candidates.size(); i++) {
      progress.step("checking relations", i, candidates.size());
      examination.check(candidates.get(i));
    }
    progress.step("checking relations", candidates.size(), candidates.size());
  }

  /** Tables that get types, and those whose types may be referred to. */
  private record Subjects(List<Subject> fresh, List<Subject> known) {}

  private Subjects subjects(List<FoundTable> untyped, ProjectDefinitions definitions) {
    Set<String> taken = new HashSet<>(new TypeFiles(context.project()).names());
    taken.addAll(definitions.types().keySet());
    taken.addAll(definitions.views().keySet());
    taken.addAll(context.registry().names());
    Map<FoundTable, String> names = new TypeNames(taken).of(untyped);
    Map<FoundTable, EntityType> typed = new LinkedHashMap<>();
    for (EntityType type : definitions.types().values()) {
      if (type.table().isPresent() && !type.id().isEmpty()) {
        existing(type.table().get()).ifPresent(table -> typed.put(table, type));
      }
    }
    Set<String> words = new HashSet<>();
    names.keySet().forEach(table -> addWord(table, words));
    typed.keySet().forEach(table -> addWord(table, words));
    List<Subject> fresh = new ArrayList<>();
    names.forEach(
        (table, name) ->
            fresh.add(new Subject(table, TableWords.of(table, words), name, Optional.empty())));
    List<Subject> known = new ArrayList<>();
    typed.forEach(
        (table, type) ->
            known.add(
                new Subject(table, TableWords.of(table, words), type.name(), Optional.of(type))));
    return new Subjects(fresh, known);
  }

  private static void addWord(FoundTable table, Set<String> words) {
    List<String> name = TableWords.name(table.name().name());
    if (name.size() == 1) {
      words.add(name.get(0));
    }
  }

  /** Nothing can refer to a type whose table is not there. */
  private Optional<FoundTable> existing(TableName name) {
    try {
      return catalogs
          .findToRead(name)
          .map(table -> new FoundTable(name, catalogs.qualified(name), table));
    } catch (BergviewException unreadable) {
      return Optional.empty();
    }
  }

  /** Runs a look at a table; what fails is kept for the result, except that all was cancelled. */
  private Optional<UnreadableTable> readable(FoundTable table, Runnable look) {
    if (cancelled) {
      throw new CancelledException(null);
    }
    try {
      look.run();
      return Optional.empty();
    } catch (CancelledException e) {
      throw e;
    } catch (RuntimeException e) {
      String catalog = table.qualified().catalog().orElseThrow();
      return Optional.of(
          new UnreadableTable(
              table.name().toString(),
              catalogs.failure(e, "read the rows of table " + table.name(), catalog)));
    }
  }
}
