package io.bergview.refresh.define;

import io.bergview.projection.definition.TableName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which tables views read: as their registered definitions say, or those in their place that were
 * checked since. So definitions that are applied together are checked against each other. Tables
 * are named with their catalogs.
 */
final class ViewReads {
  private record Reading(String view, Set<TableName> tables) {}

  private final Map<TableName, Reading> checked = new HashMap<>();
  private final Map<TableName, Reading> registered = new HashMap<>();

  /** What a registered view reads. */
  void register(String view, TableName table, Collection<TableName> reads) {
    registered.put(table, new Reading(view, Set.copyOf(reads)));
  }

  /** What a view will read. */
  void check(String view, TableName table, Collection<TableName> reads) {
    checked.put(table, new Reading(view, Set.copyOf(reads)));
  }

  /** What a view reads, by its table; nothing where that is no view. */
  Set<TableName> tables(TableName view) {
    Reading reading = checked.getOrDefault(view, registered.get(view));
    return reading == null ? Set.of() : reading.tables();
  }

  /** All views, by table. */
  Map<TableName, String> views() {
    Map<TableName, String> views = new HashMap<>();
    registered.forEach((table, reading) -> views.put(table, reading.view()));
    checked.forEach((table, reading) -> views.put(table, reading.view()));
    return views;
  }

  /**
   * The views on the way from a view back to itself, it being at both ends; empty where there is no
   * such way.
   *
   * @param table that the view has
   * @param reads what it would read
   */
  Optional<List<String>> circle(String view, TableName table, Collection<TableName> reads) {
    Deque<String> path = new ArrayDeque<>(List.of(view));
    Set<TableName> seen = new HashSet<>();
    for (TableName source : reads) {
      if (reaches(source, table, path, seen)) {
        path.addLast(view);
        return Optional.of(new ArrayList<>(path));
      }
    }
    return Optional.empty();
  }

  private boolean reaches(
      TableName from, TableName target, Deque<String> path, Set<TableName> seen) {
    if (from.equals(target)) {
      return true;
    }
    Reading reading = checked.getOrDefault(from, registered.get(from));
    if (reading == null || !seen.add(from)) {
      return false;
    }
    path.addLast(reading.view());
    for (TableName source : reading.tables()) {
      if (reaches(source, target, path, seen)) {
        return true;
      }
    }
    path.removeLast();
    return false;
  }
}
