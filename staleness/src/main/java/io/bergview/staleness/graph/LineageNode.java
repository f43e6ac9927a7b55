package io.bergview.staleness.graph;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.projection.definition.TableName;
import io.bergview.staleness.ViewState;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A table of a lineage graph: a base table, or one that holds a view. */
public sealed interface LineageNode {
  /** The table, without its catalog where that is the project's default one. */
  TableName table();

  /** What people call it: the view, or the table. */
  String name();

  /** What edges name it by; unique in a graph, and the same every time. */
  default String id() {
    return table().toString();
  }

  /** As JSON; null for missing values. */
  ObjectNode toJson();

  /** The same with its free text changed; names stay. */
  LineageNode masked(UnaryOperator<String> mask);

  /**
   * A view.
   *
   * @param state how it stands to its sources
   */
  record View(TableName table, ViewState state) implements LineageNode {
    public View {
      requireNonNull(table, "table is null");
      requireNonNull(state, "state is null");
    }

    @Override
    public String name() {
      return state.view();
    }

    @Override
    public ObjectNode toJson() {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("id", id());
      json.put("kind", "view");
      json.put("name", name());
      json.put("state", state.state().label());
      json.put("reason", state.reason().name());
      json.put("message", state.message());
      json.put("lastRefresh", state.lastRefresh().map(Instant::toString).orElse(null));
      json.put("staleSince", state.staleSince().map(Instant::toString).orElse(null));
      return json;
    }

    @Override
    public LineageNode masked(UnaryOperator<String> mask) {
      return new View(table, state.withMessage(mask.apply(state.message())));
    }
  }

  /**
   * A base table.
   *
   * @param presence whether it is there
   * @param snapshotId its current one; -1 where it has none, or is not known
   * @param committed when that was committed
   * @param error why it cannot be read
   */
  record Base(
      TableName table,
      Presence presence,
      long snapshotId,
      Optional<Instant> committed,
      Optional<String> error)
      implements LineageNode {
    public Base {
      requireNonNull(table, "table is null");
      requireNonNull(presence, "presence is null");
      requireNonNull(committed, "committed is null");
      requireNonNull(error, "error is null");
    }

    @Override
    public String name() {
      return table.toString();
    }

    @Override
    public ObjectNode toJson() {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("id", id());
      json.put("kind", "table");
      json.put("name", name());
      json.put("state", presence.label());
      json.put("snapshotId", snapshotId);
      json.put("committed", committed.map(Instant::toString).orElse(null));
      json.put("error", error.orElse(null));
      return json;
    }

    @Override
    public LineageNode masked(UnaryOperator<String> mask) {
      return new Base(table, presence, snapshotId, committed, error.map(mask));
    }
  }

  /** What is known of a base table. */
  enum Presence {
    PRESENT("present"),
    /** No table has the name. */
    MISSING("missing"),
    /** Its catalog or its metadata cannot be read. */
    UNREADABLE("unreadable");

    private final String word;

    Presence(String word) {
      this.word = word;
    }

    /** The name in JSON and on the screen. */
    public String label() {
      return word;
    }
  }
}
