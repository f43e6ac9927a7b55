package io.bergview.cli;

import io.bergview.staleness.Reason;
import io.bergview.staleness.graph.LineageEdge;
import io.bergview.staleness.graph.LineageNode;

/** The labels of nodes and edges of a lineage graph, the same in every format. */
final class LineageLabels {
  private LineageLabels() {}

  /** {@code fresh}, {@code stale: SOURCE_CHANGED}, {@code snapshot 17}. */
  static String state(LineageNode node) {
    if (node instanceof LineageNode.View view) {
      String word = view.state().state().label();
      return view.state().reason() == Reason.UP_TO_DATE
          ? word
          : word + ": " + view.state().reason();
    }
    LineageNode.Base base = (LineageNode.Base) node;
    return switch (base.presence()) {
      case PRESENT -> base.snapshotId() < 0 ? "no snapshot" : "snapshot " + base.snapshotId();
      case MISSING, UNREADABLE -> base.presence().label();
    };
  }

  /**
   * The class by which a node is coloured: {@code fresh}, {@code stale}, {@code invalid} or {@code
   * table}.
   */
  static String kind(LineageNode node) {
    if (node instanceof LineageNode.View view) {
      return view.state().state().label();
    }
    return ((LineageNode.Base) node).presence() == LineageNode.Presence.PRESENT
        ? "table"
        : "invalid";
  }

  /** A longer message, as a tooltip. */
  static String detail(LineageNode node) {
    if (node instanceof LineageNode.View view) {
      return view.state().message();
    }
    LineageNode.Base base = (LineageNode.Base) node;
    return base.error()
        .or(() -> base.committed().map(time -> "Committed " + time))
        .orElse("Table " + base.name() + " is " + base.presence().label());
  }

  /**
   * How the view of an edge stands to its source; empty where it has seen all of it, and where the
   * source's own state says it.
   */
  static String behind(LineageEdge edge) {
    return switch (edge.reason()) {
      case UP_TO_DATE,
          UPSTREAM_STALE,
          UPSTREAM_INVALID,
          UNREADABLE,
          SOURCE_DROPPED,
          SOURCE_REF_DROPPED ->
          "";
      case NEVER_REFRESHED, DEFINITION_CHANGED -> "not read yet";
      default -> Times.count(edge.snapshotsBehind(), "snapshot") + " behind";
    };
  }

  /** What was read and what is there now: {@code read 17, now 18}. */
  static String snapshots(LineageEdge edge) {
    String now = edge.currentSnapshotId() < 0 ? "none" : Long.toString(edge.currentSnapshotId());
    if (!edge.isRead()) {
      return "now " + now;
    }
    return edge.readSnapshotId() == edge.currentSnapshotId()
        ? "read " + edge.readSnapshotId()
        : "read %d, now %s".formatted(edge.readSnapshotId(), now);
  }
}
