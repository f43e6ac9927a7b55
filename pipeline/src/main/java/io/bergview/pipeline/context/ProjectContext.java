package io.bergview.pipeline.context;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.Project;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.ProjectSession;
import io.bergview.pipeline.SessionPool;
import io.bergview.pipeline.cache.LocalFiles;
import io.bergview.pipeline.engine.EmbeddedEngine;
import io.bergview.pipeline.engine.Engine;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.settings.ProjectSettings;
import io.bergview.staleness.Staleness;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An open project: its catalogs, the registry of its views, its clock, and resources that are
 * expensive to create or must be counted together: DuckDB sessions with the tables that they keep,
 * and one scanner with the footers that it has read and its cache of remote files. There is one for
 * the life of a process or of the embedding program, passed to all code that works on the project.
 * Thread-safe.
 *
 * <p>Code that needs sessions of its own, such as the workers of {@code serve}, or another clock,
 * derives a context that shares everything else. Resources of a derived context are closed with it,
 * or with the one that it was derived from, whichever is closed first.
 */
public final class ProjectContext implements AutoCloseable {
  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final TableScanner scanner;
  private final Clock clock;
  private final Staleness staleness;
  private final SessionPool sessions;
  private final Optional<Engine> engine;
  private final SharedParts shared;
  private final Resources owned;
  private @Nullable DuckDbSession queries;

  private ProjectContext(
      Catalogs catalogs,
      ViewRegistry registry,
      TableScanner scanner,
      Clock clock,
      SessionPool sessions,
      Optional<Engine> engine,
      SharedParts shared,
      Resources owned) {
    this.catalogs = catalogs;
    this.registry = registry;
    this.scanner = scanner;
    this.clock = clock;
    this.staleness = new Staleness(catalogs, registry, clock);
    this.sessions = sessions;
    this.engine = engine;
    this.shared = shared;
    this.owned = owned;
  }

  /** Nothing is opened but when it is needed. */
  public static ProjectContext open(Project project, Clock clock) {
    return open(project, clock, Optional.empty());
  }

  /**
   * As {@link #open(Project, Clock)}.
   *
   * @param engine computes all refreshes in this process; empty for what is chosen for each
   */
  public static ProjectContext open(Project project, Clock clock, Optional<Engine.Factory> engine) {
    requireNonNull(clock, "clock is null");
    ProjectSettings settings = project.settings();
    Resources owned = new Resources();
    Catalogs catalogs = owned.add(new Catalogs(project));
    TableScanner scanner =
        new TableScanner(
            new LocalFiles(settings.cacheDirectory(), settings.cacheLimitBytes(), clock));
    return new ProjectContext(
        catalogs,
        new ViewRegistry(catalogs, clock, settings.safetyAge()),
        scanner,
        clock,
        owned.add(new SessionPool(settings)),
        engine.map(factory -> factory.open(scanner)),
        new SharedParts(owned),
        owned);
  }

  /**
   * With sessions of its own.
   *
   * @param workers how many refreshes run at once, as a rule
   */
  public ProjectContext forWorkers(int workers) {
    return withSessions(new SessionPool(project().settings(), workers));
  }

  /**
   * With sessions of its own that give way to those of others: one thread each.
   *
   * @param others how many pieces of other work share the memory
   */
  public ProjectContext givingWayTo(int others) {
    return withSessions(SessionPool.givingWay(project().settings(), others));
  }

  private ProjectContext withSessions(SessionPool own) {
    Resources added = new Resources(owned);
    added.add(own);
    return new ProjectContext(catalogs, registry, scanner, clock, own, engine, shared, added);
  }

  /** With another clock; everything else is shared. */
  public ProjectContext withClock(Clock other) {
    return new ProjectContext(
        catalogs, registry, scanner, other, sessions, engine, shared, new Resources(owned));
  }

  public Project project() {
    return catalogs.project();
  }

  public Catalogs catalogs() {
    return catalogs;
  }

  public ViewRegistry registry() {
    return registry;
  }

  public Staleness staleness() {
    return staleness;
  }

  /** Reads tables; remembers footers and counts the cached files in use. */
  public TableScanner scanner() {
    return scanner;
  }

  /** What computes refreshes. */
  public Engine engine() {
    return engine.orElseGet(this::embedded);
  }

  /** DuckDB in this process. */
  public EmbeddedEngine embedded() {
    return new EmbeddedEngine(sessions, scanner);
  }

  /** Sessions for maintenance and verification, and for refreshes by the embedded engine. */
  public SessionPool sessions() {
    return sessions;
  }

  public Clock clock() {
    return clock;
  }

  /**
   * The one session that answers queries, which is opened for the first of them.
   *
   * @throws IllegalStateException once this is closed
   */
  public synchronized DuckDbSession querySession() {
    owned.checkOpen();
    DuckDbSession open = queries;
    if (open == null) {
      open = owned.add(ProjectSession.openForQueries(project().settings()));
      queries = open;
    }
    return open;
  }

  /** Stops the queries that run, and lets none begin. */
  public synchronized void cancelQueries() {
    if (queries != null) {
      queries.cancel();
    }
  }

  /**
   * The one part of a kind that the open project has, shared by all contexts that are derived from
   * it, and closed with the project.
   *
   * @param make is called for the first use
   * @throws IllegalStateException once the project is closed
   */
  public <T extends AutoCloseable> T shared(Class<T> type, Supplier<T> make) {
    return shared.get(type, make);
  }

  /** Whether all refreshes are computed in this process, whatever engine is chosen for them. */
  public boolean computesHere() {
    return engine.isPresent();
  }

  /** From now on what is given closes with the project, before all that was opened earlier. */
  public <T extends AutoCloseable> T own(T resource) {
    return owned.add(resource);
  }

  /**
   * Releases everything that this owns, once: the project cannot be used afterwards. A part that
   * fails to close does not keep the others open.
   */
  @Override
  public void close() {
    owned.close();
  }
}
