package io.bergview.cli;

import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.query.ResultOrigin;
import io.bergview.query.ResultOrigin.AnsweredBy;
import io.bergview.query.ResultOrigin.TableRead;
import io.bergview.staleness.ViewState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What answered a query, as the end of the sentence that begins with the number of rows. */
final class AnsweredByText {
  private static final int MOST_TABLES = 4;

  private AnsweredByText() {}

  static String of(ResultOrigin origin, BergviewCommand root, Instant now) {
    Optional<ViewState> state = origin.state();
    if (state.isPresent()) {
      return ofView(origin, state.get(), root, now);
    }
    String tables =
        listed(origin.tables().stream().map(table -> snapshot(table, now)).toList(), ", ");
    if (origin.asOf().isEmpty()) {
      return tables.isEmpty() ? "from no table" : "from " + tables;
    }
    String made =
        listed(
            origin.derivedFrom().stream()
                .filter(SourceSnapshot::direct)
                .map(source -> source.table() + " at snapshot " + source.snapshotId())
                .toList(),
            ", ");
    return "as of %s, from %s%s%s"
        .formatted(
            origin.asOf().get().text(),
            origin.by() == AnsweredBy.VIEW ? "the view's table " : "",
            tables,
            made.isEmpty() ? "" : ", which shows " + made);
  }

  private static String ofView(
      ResultOrigin origin, ViewState state, BergviewCommand root, Instant now) {
    if (origin.by() == AnsweredBy.SOURCES) {
      return "from the sources, since the view is %s%s: %s"
          .formatted(state.state().label(), since(state, now), root.masked(state.message()));
    }
    List<String> views = new ArrayList<>();
    views.add(view(origin, state, now));
    origin.others().forEach(other -> views.add(view(origin, other, now)));
    return "from " + String.join(" and ", views);
  }

  private static String view(ResultOrigin origin, ViewState state, Instant now) {
    return "%s (%s%s%s)"
        .formatted(
            state.view().equals(origin.from()) ? "the view" : "view " + state.view(),
            state.state().label(),
            since(state, now),
            state.withinGrace() ? ", within its grace period" : "");
  }

  private static String since(ViewState state, Instant now) {
    return state.staleSince().map(time -> " for " + Times.rough(time, now)).orElse("");
  }

  private static String snapshot(TableRead table, Instant now) {
    return table
        .committedAt()
        .map(
            time ->
                "%s at snapshot %d (%s old)"
                    .formatted(table.table(), table.snapshotId(), Times.rough(time, now)))
        .orElse(table.table() + ", which has no snapshot");
  }

  private static String listed(List<String> parts, String separator) {
    String some = parts.stream().limit(MOST_TABLES).collect(Collectors.joining(separator));
    return parts.size() > MOST_TABLES
        ? some + " and " + (parts.size() - MOST_TABLES) + " more"
        : some;
  }
}
