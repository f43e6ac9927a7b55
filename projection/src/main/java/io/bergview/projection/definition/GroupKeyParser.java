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
  private static final String EXPECTED =
      "a column, {day: column}, {path: column, $as: name} or {name: {$expr: '...'}}";

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
    List<Entry> entries = reader.entries(map);
    if (entries.size() == 1 && isNamedExpression(entries.get(0))) {
      return namedExpression(entries.get(0));
    }
    List<Entry> values = new ArrayList<>();
    Optional<String> name = Optional.empty();
    Optional<ZoneId> zone = Optional.empty();
    @Nullable Entry zoneEntry = null;
    for (Entry entry : entries) {
      switch (entry.key()) {
        case "$as" -> name = names.output(entry.value());
        case "$timezone" -> {
          zone = names.zone(entry.value());
          zoneEntry = entry;
        }
        case "path", SqlExpression.KEY -> values.add(entry);
        default -> {
          if (!Vocabulary.UNITS.containsKey(entry.key())) {
            unknown(entry);
            return Optional.empty();
          }
          values.add(entry);
        }
      }
    }
    if (values.size() != 1) {
      reader.wrongType(map, EXPECTED);
      return Optional.empty();
    }
    Entry entry = values.get(0);
    Optional<TimeUnit> unit = Optional.ofNullable(Vocabulary.UNITS.get(entry.key()));
    if (unit.isEmpty() && zoneEntry != null) {
      reader.problem(
          ProblemKind.WRONG_VALUE, zoneEntry, "$timezone needs a unit of time beside it");
    }
    Optional<ValueExpression> value = value(entry);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (value.get() instanceof ValueExpression.Sql && name.isEmpty()) {
      reader.problem(
          ProblemKind.MISSING, map, "a key that is an expression needs a name; add $as: name");
      return Optional.empty();
    }
    return Optional.of(new GroupKey(value.get(), unit, name, zone));
  }

  /** A column or, after a unit of time or by itself, an expression. */
  private Optional<ValueExpression> value(Entry entry) {
    if (entry.key().equals(SqlExpression.KEY)) {
      return names.expression(entry.value()).map(ValueExpression.Sql::new);
    }
    if (Vocabulary.UNITS.containsKey(entry.key())) {
      Optional<Node> expression = expressionOf(entry.value());
      if (expression.isPresent()) {
        return names.expression(expression.get()).map(ValueExpression.Sql::new);
      }
    }
    return names.path(entry.value(), "a column").map(ValueExpression.Column::new);
  }

  /** What stands in {@code {$expr: ...}}. */
  private Optional<Node> expressionOf(Node node) {
    if (!(node instanceof MapNode map)) {
      return Optional.empty();
    }
    List<Entry> entries = reader.entries(map);
    return entries.size() == 1 && entries.get(0).key().equals(SqlExpression.KEY)
        ? Optional.of(entries.get(0).value())
        : Optional.empty();
  }

  private boolean isNamedExpression(Entry entry) {
    return !entry.key().startsWith("$")
        && !entry.key().equals("path")
        && !Vocabulary.UNITS.containsKey(entry.key())
        && expressionOf(entry.value()).isPresent();
  }

  private Optional<GroupKey> namedExpression(Entry entry) {
    Optional<SqlExpression> expression =
        names.expression(expressionOf(entry.value()).orElseThrow());
    return names.output(entry)
        ? expression.map(
            sql ->
                new GroupKey(
                    new ValueExpression.Sql(sql),
                    Optional.empty(),
                    Optional.of(entry.key()),
                    Optional.empty()))
        : Optional.empty();
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
