package io.bergview.interop;

import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How the views of TPC-DS were refreshed, as a page.
 *
 * @param refreshes by query, one for each kind of change
 */
record TpcdsTable(Map<String, List<RefreshResult>> refreshes) {
  /** How many views followed all changes. */
  long followed() {
    return refreshes.values().stream()
        .filter(each -> each.stream().noneMatch(TpcdsTable::isFull))
        .count();
  }

  private static boolean isFull(RefreshResult result) {
    return result.kind() == RefreshKind.FULL;
  }

  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    lines.add("| query | sales | deleted days | dimensions | item versions | recomputed because |");
    lines.add("|---|---|---|---|---|---|");
    refreshes.forEach(
        (name, results) ->
            lines.add(
                "| %s | %s | %s |"
                    .formatted(
                        name,
                        results.stream().map(TpcdsTable::shown).collect(Collectors.joining(" | ")),
                        reasons(results))));
    lines.add("");
    lines.add("%d of %d follow all changes.".formatted(followed(), refreshes.size()));
    return String.join("\n", lines) + "\n";
  }

  private static String shown(RefreshResult result) {
    return result.kind().label();
  }

  private static String reasons(List<RefreshResult> results) {
    return results.stream()
        .filter(TpcdsTable::isFull)
        .map(RefreshResult::message)
        .distinct()
        .collect(Collectors.joining("; "));
  }
}
