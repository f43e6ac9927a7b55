package io.bergview.refresh.incremental;

import static java.util.Objects.requireNonNull;

import io.bergview.pipeline.engine.EngineSession;
import io.bergview.pipeline.scan.PlannedFiles;
import io.bergview.pipeline.scan.Relation;
import io.bergview.projection.plan.SourceTable;
import io.bergview.staleness.SnapshotRows;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/** The sources of a view at one snapshot each, scanned when first read. */
public final class SourceReads implements AutoCloseable {
  /** A table in the state to be read. */
  public record PinnedTable(SourceTable source, Table table, OptionalLong snapshot) {
    public PinnedTable {
      requireNonNull(source, "source is null");
      requireNonNull(table, "table is null");
      requireNonNull(snapshot, "snapshot is null");
    }
  }

  private final EngineSession session;
  private final Map<String, PinnedTable> places;
  private final Set<String> steady = new HashSet<>();
  private final Map<String, Expression> prune = new LinkedHashMap<>();
  private final Map<String, PlannedFiles> planned = new HashMap<>();
  private final Map<String, Optional<Relation>> kept = new HashMap<>();
  private final Map<String, Relation> relations = new LinkedHashMap<>();
  private final List<Relation> others = new ArrayList<>();

  /**
   * @param places by type
   */
  public SourceReads(EngineSession session, Map<String, PinnedTable> places) {
    this.session = session;
    this.places = Map.copyOf(places);
  }

  /** Has the session keep sources that did not change, as far as they are small. */
  void keep(Collection<String> types) {
    steady.addAll(types);
  }

  /** Leaves out files of a source in which nothing matches, in readings from now on. */
  void prune(String type, Expression where) {
    prune.put(type, where);
    Relation wider = relations.remove(type);
    if (wider != null) {
      wider.close();
    }
  }

  /** Takes all files of every source again. */
  void pruneNothing() {
    List.copyOf(prune.keySet()).forEach(type -> prune(type, Expressions.alwaysTrue()));
    prune.clear();
  }

  PinnedTable place(String type) {
    return requireNonNull(places.get(type), () -> "type " + type + " is not among the sources");
  }

  /** What stands in FROM for a source; it has the columns of its schema, and perhaps more. */
  public String sql(SourceTable source) {
    return relation(source.type()).sql(source.schema());
  }

  /** As {@link #sql}, without files in which nothing matches. */
  String sqlWhere(SourceTable source, Expression where) {
    if (where.op() == Expression.Operation.TRUE) {
      return sql(source);
    }
    PinnedTable place = place(source.type());
    Relation some = session.read(place.table(), files(place).where(where), source.schema(), where);
    others.add(some);
    return some.sql(source.schema());
  }

  /** How many rows a source has, as its metadata says. */
  long rows(String type) {
    return SnapshotRows.of(place(type).table()).orZero();
  }

  /** How many data files a source has, as its metadata says. */
  long files(String type) {
    return SourceVersions.total(place(type).table(), SnapshotSummary.TOTAL_DATA_FILES_PROP);
  }

  /** Whether the session holds a source in memory. */
  boolean holds(SourceTable source) {
    return kept(source.type()).isPresent();
  }

  /** The size of the data files of all sources that are not left out. */
  long bytes() {
    return places.keySet().stream().mapToLong(type -> relation(type).size().bytes()).sum();
  }

  private Relation relation(String type) {
    return relations.computeIfAbsent(
        type,
        unread -> {
          PinnedTable place = place(type);
          Expression where = prune.getOrDefault(type, Expressions.alwaysTrue());
          return kept(type)
              .orElseGet(
                  () ->
                      session.read(
                          place.table(),
                          files(place).where(where),
                          place.source().schema(),
                          where));
        });
  }

  private Optional<Relation> kept(String type) {
    if (!steady.contains(type)) {
      return Optional.empty();
    }
    return kept.computeIfAbsent(
        type,
        unknown -> {
          PinnedTable place = place(type);
          return session.kept(place.table(), place.snapshot(), place.source().schema());
        });
  }

  private PlannedFiles files(PinnedTable place) {
    return planned.computeIfAbsent(
        place.source().type(),
        type -> session.files(place.table(), place.snapshot(), place.source().schema()));
  }

  @Override
  public void close() {
    relations.values().forEach(Relation::close);
    relations.clear();
    others.forEach(Relation::close);
    others.clear();
  }
}
