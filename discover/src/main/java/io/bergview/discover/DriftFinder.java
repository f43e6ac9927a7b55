package io.bergview.discover;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.ProjectDefinitions;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.SourceColumns;
import io.bergview.catalog.view.StoredDefinition;
import io.bergview.catalog.view.ViewListing;
import io.bergview.discover.DataProbe.KeyFaults;
import io.bergview.discover.Drift.BrokenView;
import io.bergview.discover.Drift.Change;
import io.bergview.discover.Drift.ChangeKind;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.pipeline.CancelledException;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.SessionLease;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.TableName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Compares the project's entity types, and what registered views know of them, with the tables of
 * now. Columns are known by their field ids, so that a rename is one; keys are counted in the rows.
 */
public final class DriftFinder {
  private final ProjectContext context;
  private final Catalogs catalogs;
  private final DiscoverProgress progress;
  private volatile @Nullable DuckDbSession running;
  private volatile boolean cancelled;

  public DriftFinder(ProjectContext context, DiscoverProgress progress) {
    this.context = requireNonNull(context, "context is null");
    this.catalogs = context.catalogs();
    this.progress = requireNonNull(progress, "progress is null");
  }

  /** Stops what is running, which fails with {@code CANCELLED}. Call it from any thread. */
  public void cancel() {
    cancelled = true;
    DuckDbSession session = running;
    if (session != null) {
      session.cancel();
    }
  }

  /**
   * @param patterns globs over the tables of types; none for all
   * @throws NotFoundException {@code SOURCE_NOT_FOUND} where one matches no type's table
   * @throws io.bergview.errors.DefinitionException where the project's definitions are wrong
   */
  public Drift find(List<String> patterns) {
    ProjectDefinitions definitions = ProjectDefinitions.read(context.project());
    ViewListing listing = context.registry().listing();
    Map<String, EntityType> types = types(definitions, listing, TablePatterns.of(patterns));
    try (SessionLease lease = context.sessions().lease()) {
      DuckDbSession session = lease.session();
      running = session;
      if (cancelled) {
        throw new CancelledException(null);
      }
      return new Comparison(definitions, listing, session).of(types);
    } finally {
      running = null;
    }
  }

  /** Those of the folder, and those that registered views keep and the folder lacks. */
  private Map<String, EntityType> types(
      ProjectDefinitions definitions, ViewListing listing, TablePatterns patterns) {
    Map<String, EntityType> all = new TreeMap<>();
    for (RegisteredView view : listing.views()) {
      view.definition().types().forEach(all::putIfAbsent);
    }
    all.putAll(definitions.types());
    Map<String, EntityType> wanted = new TreeMap<>();
    all.forEach(
        (name, type) ->
            type.table()
                .map(catalogs::qualified)
                .filter(
                    table ->
                        patterns.matches(table.catalog().orElseThrow(), catalogs.identifier(table)))
                .ifPresent(table -> wanted.put(name, type)));
    if (!patterns.unmatched().isEmpty()) {
      throw new NotFoundException(
          ErrorCode.SOURCE_NOT_FOUND,
          "No table of an entity type matches '%s'".formatted(patterns.unmatched().get(0)));
    }
    return wanted;
  }

  /** One run. */
  private final class Comparison {
    private final ProjectDefinitions definitions;
    private final ViewListing listing;
    private final DuckDbSession session;
    private final Map<String, Change> changes = new LinkedHashMap<>();
    private final List<UnreadableTable> unreadable = new ArrayList<>();

    private Comparison(ProjectDefinitions definitions, ViewListing listing, DuckDbSession session) {
      this.definitions = definitions;
      this.listing = listing;
      this.session = session;
    }

    private Drift of(Map<String, EntityType> types) {
      listing
          .unreadable()
          .forEach(broken -> unreadable.add(new UnreadableTable(broken.name(), broken.error())));
      Set<String> repeated = new LinkedHashSet<>();
      int done = 0;
      for (EntityType type : types.values()) {
        progress.step("comparing types", done++, types.size());
        compare(type, repeated);
      }
      progress.step("comparing types", types.size(), types.size());
      ViewBreakage breakage = new ViewBreakage(context, definitions, session);
      List<BrokenView> broken =
          breakage.of(listing.views(), types.keySet(), repeated, this::unreadable);
      return new Drift(types.size(), List.copyOf(changes.values()), broken, unreadable);
    }

    private void unreadable(String name, BergviewException error) {
      unreadable.add(new UnreadableTable(name, error));
    }

    private void compare(EntityType type, Set<String> repeated) {
      TableName name = type.table().orElseThrow();
      try {
        Optional<Table> table = catalogs.findToRead(name);
        if (table.isEmpty()) {
          String detail =
              name.ref().isPresent()
                  ? "the table, or its branch or tag, does not exist"
                  : "the table does not exist";
          add(type, ChangeKind.TABLE_GONE, "", detail, readers(type));
          return;
        }
        columns(type, table.get());
        if (keyFaults(type, table.get())) {
          repeated.add(type.name());
        }
      } catch (CancelledException e) {
        throw e;
      } catch (RuntimeException e) {
        unreadable(
            name.toString(), catalogs.failure(e, "read table " + name, catalogs.nameFor(name)));
      }
    }

    private void columns(EntityType type, Table table) {
      for (RegisteredView view : listing.views()) {
        StoredDefinition.Source source = view.definition().sources().get(type.name());
        if (source != null && isOf(source.table(), type)) {
          SourceColumns now = SourceColumns.of(table, source, view);
          ColumnDrift.of(source.schema(), now, table)
              .forEach(d -> add(type, d.kind(), d.column(), d.detail(), List.of(view.name())));
        }
      }
      for (ColumnDrift.Difference difference : ColumnDrift.of(type, table)) {
        boolean told =
            changes.values().stream()
                .anyMatch(
                    c ->
                        c.type().equals(type.name())
                            && c.kind() == difference.kind()
                            && c.subject().equals(difference.column()));
        if (!told) {
          add(type, difference.kind(), difference.column(), difference.detail(), List.of());
        }
      }
    }

    private boolean isOf(TableName table, EntityType type) {
      return catalogs.qualified(table).equals(catalogs.qualified(type.table().orElseThrow()));
    }

    private List<String> readers(EntityType type) {
      return listing.views().stream()
          .filter(view -> view.definition().sources().containsKey(type.name()))
          .map(RegisteredView::name)
          .toList();
    }

    /** Whether a value of the key is there more than once. */
    private boolean keyFaults(EntityType type, Table table) {
      List<NestedField> key = new ArrayList<>();
      type.id()
          .forEach(
              column ->
                  Optional.ofNullable(table.schema().asStruct().field(column)).ifPresent(key::add));
      if (key.isEmpty() || key.size() < type.id().size()) {
        return false;
      }
      TableName name = type.table().orElseThrow();
      FoundTable found = new FoundTable(name, catalogs.qualified(name), table);
      KeyFaults faults;
      try (DataProbe probe = DataProbe.of(session, context.scanner(), found, key)) {
        faults = probe.faults(key);
      }
      String columns = String.join(", ", type.id());
      if (faults.repeated() > 0) {
        String detail =
            "%s more than once in %s"
                .formatted(
                    Counted.number(faults.repeated())
                        + (faults.repeated() == 1 ? " value occurs" : " values occur"),
                    name);
        add(type, ChangeKind.KEY_REPEATED, columns, detail, readers(type));
      }
      if (faults.nulls() > 0) {
        String detail = "%s without a value".formatted(Counted.rows(faults.nulls()));
        add(type, ChangeKind.KEY_NULL, columns, detail, readers(type));
      }
      return faults.repeated() > 0;
    }

    /** The same change that several views see is one. */
    private void add(
        EntityType type, ChangeKind kind, String subject, String detail, List<String> views) {
      String key = String.join("\n", type.name(), kind.name(), subject, detail);
      Change before = changes.get(key);
      Set<String> all = new LinkedHashSet<>(before == null ? List.of() : before.views());
      all.addAll(views);
      changes.put(
          key,
          new Change(
              type.name(), type.table().orElseThrow(), kind, subject, detail, List.copyOf(all)));
    }
  }
}
