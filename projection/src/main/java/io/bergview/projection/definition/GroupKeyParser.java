package io.bergview.projection.definition;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.MapNode.Entry;
import io.bergview.projection.text.NodeReader;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code $groupBy}: one key or a list; an empty list is the grand total. */
final class GroupKeyParser {
  private static final int MAX_KEYS = 1_000;
  private static final String EXPECTED = "a column, {day: column} or {path: column, $as: name}";

  private final NodeReader reader;
  private final Names names;

  GroupKeyParser(NodeReader reader) {
    this.reader = reader;
    this.names = new Names(reader);
  }

  List<GroupKey> parse(Node node) {
    List<GroupKey> keys = new ArrayList<>();
    for (Node item : reader.oneOrMany(node, MAX_KEYS)) {
      Optional<GroupKey> key = item instanceof MapNode map ? named(map) : plain(item);
      if (key.isPresent() && keys.contains(key.get())) {
        reader.problem(ProblemKind.DUPLICATE, item, "the same group key is listed twice");
      } else {
        key.ifPresent(keys::add);
      }
    }
    return keys;
  }

  private Optional<GroupKey> plain(Node node) {
    return names
        .path(node, EXPECTED)
        .map(path -> new GroupKey(path, Optional.empty(), Optional.empty(), Optional.empty()));
  }

  private Optional<GroupKey> named(MapNode map) {
    List<Entry> columns = new ArrayList<>();
    Optional<String> name = Optional.empty();
    Optional<ZoneId> zone = Optional.empty();
    @Nullable Entry zoneEntry = null;
    for (Entry entry : reader.entries(map)) {
      switch (entry.key()) {
        case "$as" -> name = names.output(entry.value());
        case "$timezone" -> {
          zone = names.zone(entry.value());
          zoneEntry = entry;
        }
        default -> {
          if (!entry.key().equals("path") && !Vocabulary.UNITS.containsKey(entry.key())) {
            unknown(entry);
            return Optional.empty();
          }
          columns.add(entry);
        }
      }
    }
    if (columns.size() != 1) {
      reader.wrongType(map, EXPECTED);
      return Optional.empty();
    }
    Entry column = columns.get(0);
    Optional<TimeUnit> unit = Optional.ofNullable(Vocabulary.UNITS.get(column.key()));
    if (unit.isEmpty() && zoneEntry != null) {
      reader.problem(
          ProblemKind.WRONG_VALUE, zoneEntry, "$timezone needs a unit of time beside it");
    }
    Optional<ColumnPath> path = names.path(column.value(), "a column");
    if (path.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new GroupKey(path.get(), unit, name, zone));
  }

  private void unknown(Entry entry) {
    if (entry.key().startsWith("$")) {
      reader.unknownKey(entry, Vocabulary.GROUP_KEYS);
      return;
    }
    reader.problem(
        ProblemKind.UNKNOWN_UNIT,
        entry,
        "unknown unit of time '"
            + entry.key()
            + "'"
            + NodeReader.hint(entry.key(), Vocabulary.UNITS.keySet()));
  }
}
