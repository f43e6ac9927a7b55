package io.bergview.query;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.projection.definition.AsOf;
import io.bergview.projection.definition.TableName;
import io.bergview.staleness.ViewState;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What answered a query: a view or its sources, from which snapshots, and how stale.
 *
 * @param from the queried view or entity type
 * @param by what the rows were read from
 * @param state the state of the queried or answering view at the time of the query; empty if the
 *     tables of an entity type answer, or for the past
 * @param others the states of further views that answer other parts of the query
 * @param asOf the requested instant; empty for now
 * @param tables what was read, each table once, the root's first
 * @param derivedFrom for a view in the past: the source snapshots of its rows; empty if its lineage
 *     is not known
 * @param routing which views could have answered; empty if no others were considered
 */
public record ResultOrigin(
    String from,
    AnsweredBy by,
    Optional<ViewState> state,
    List<ViewState> others,
    Optional<AsOf> asOf,
    List<TableRead> tables,
    List<SourceSnapshot> derivedFrom,
    Optional<Routing> routing) {
  /** Who gave the rows. */
  public enum AnsweredBy {
    /** The view's own table. */
    VIEW,
    /** The tables of an entity type, or those that the view's definition reads. */
    SOURCES;

    /** The name in JSON. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A table as it was read.
   *
   * @param snapshotId {@link SourceSnapshot#NONE} if it had no snapshot
   * @param committedAt when that snapshot was committed; empty if there was none
   * @param files data files that may have matching rows; the others are not opened
   * @param bytes their total length
   */
  public record TableRead(
      TableName table, long snapshotId, Optional<Instant> committedAt, long files, long bytes) {
    public TableRead {
      requireNonNull(table, "table is null");
      requireNonNull(committedAt, "committedAt is null");
    }
  }

  public ResultOrigin {
    requireNonNull(from, "from is null");
    requireNonNull(by, "by is null");
    requireNonNull(state, "state is null");
    others = List.copyOf(others);
    requireNonNull(asOf, "asOf is null");
    tables = List.copyOf(tables);
    derivedFrom = List.copyOf(derivedFrom);
    requireNonNull(routing, "routing is null");
  }

  /** As JSON; times in ISO 8601, null if there is none. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("from", from);
    json.put("answeredBy", by.label());
    json.put("asOf", asOf.map(AsOf::text).orElse(null));
    ArrayNode read = json.putArray("tables");
    for (TableRead table : tables) {
      read.addObject()
          .put("table", table.table().toString())
          .put("snapshotId", table.snapshotId())
          .put("committedAt", table.committedAt().map(Instant::toString).orElse(null))
          .put("files", table.files())
          .put("bytes", table.bytes());
    }
    ArrayNode made = json.putArray("madeFrom");
    for (SourceSnapshot source : derivedFrom) {
      made.addObject()
          .put("table", source.table().toString())
          .put("snapshotId", source.snapshotId());
    }
    json.set("view", state.map(ViewState::toJson).orElse(null));
    ArrayNode more = json.putArray("otherViews");
    others.forEach(other -> more.add(other.toJson()));
    json.set("routing", routing.map(Routing::toJson).orElse(null));
    return json;
  }
}
