package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.unsupported;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.query.FromScope.Relation;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * PIVOT with listed values, as the SELECT that it stands for: its aggregates once for each value,
 * with FILTER, grouped by the columns that it does not name.
 */
final class PivotBinder {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MOST_OUTPUTS = 1_000;

  private final SyntaxNode node;

  PivotBinder(SyntaxNode node) {
    this.node = node;
  }

  /** A value, or several, one for each expression, and what the outputs of its rows are called. */
  private record Entry(JsonNode condition, String name) {}

  /**
   * The SELECT.
   *
   * @param source the relations that are pivoted
   */
  SyntaxNode select(List<Relation> source) {
    List<SyntaxNode> aggregates = node.children("aggregates");
    List<SyntaxNode> pivots = node.children("pivots");
    if (aggregates.isEmpty() || pivots.isEmpty()) {
      throw unsupported(node, "PIVOT without aggregates and values", "");
    }
    List<Entry> entries = List.of(new Entry(JSON.nullNode(), ""));
    for (SyntaxNode pivot : pivots) {
      entries = combined(entries, entries(pivot));
    }
    if (entries.size() * aggregates.size() > MOST_OUTPUTS) {
      throw unsupported(node, "PIVOT to more than " + MOST_OUTPUTS + " columns", "");
    }
    ArrayNode groups = groups(source);
    ArrayNode outputs = groups.deepCopy();
    for (Entry entry : entries) {
      for (SyntaxNode aggregate : aggregates) {
        ObjectNode output = filtered(aggregate, entry.condition());
        output.put("alias", aggregates.size() == 1 ? entry.name() : named(entry, aggregate));
        outputs.add(output);
      }
    }
    ObjectNode select = JSON.objectNode();
    select.put("type", "SELECT_NODE");
    select.set("select_list", outputs);
    select.set("from_table", node.required("source").json());
    select.set("group_expressions", groups);
    select.put("aggregate_handling", "STANDARD_HANDLING");
    return node.with(select);
  }

  private static String named(Entry entry, SyntaxNode aggregate) {
    String alias = aggregate.string("alias");
    return entry.name() + "_" + (alias.isEmpty() ? aggregate.source() : alias);
  }

  private static List<Entry> combined(List<Entry> before, List<Entry> more) {
    List<Entry> all = new ArrayList<>();
    for (Entry one : before) {
      for (Entry other : more) {
        String name = one.name().isEmpty() ? other.name() : one.name() + "_" + other.name();
        all.add(new Entry(and(one.condition(), other.condition()), name));
      }
    }
    return all;
  }

  private static List<Entry> entries(SyntaxNode pivot) {
    List<SyntaxNode> expressions = pivot.children("pivot_expressions");
    List<Entry> entries = new ArrayList<>();
    for (SyntaxNode entry : pivot.children("entries")) {
      SyntaxNode value = entry.child("star_expr").orElseThrow(() -> unlisted(pivot));
      List<SyntaxNode> values =
          expressions.size() == 1 ? List.of(value) : ExpressionBinder.row(value);
      if (values.size() != expressions.size()) {
        throw new SqlException(
            ProblemKind.WRONG_TYPE,
            value.offset(),
            "PIVOT needs %d values here, not %d".formatted(expressions.size(), values.size()));
      }
      JsonNode condition = JSON.nullNode();
      List<String> names = new ArrayList<>();
      for (int i = 0; i < values.size(); i++) {
        if (!values.get(i).nodeClass().equals("CONSTANT") && isNamed(values.get(i))) {
          throw unlisted(values.get(i));
        }
        condition = and(condition, same(expressions.get(i).json(), values.get(i).json()));
        names.add(written(values.get(i)));
      }
      String alias =
          entry.string("alias").isEmpty() ? value.string("alias") : entry.string("alias");
      entries.add(new Entry(condition, alias.isEmpty() ? String.join("_", names) : alias));
    }
    if (entries.isEmpty()) {
      throw unlisted(pivot);
    }
    return entries;
  }

  /** Whether a value is none by itself. */
  private static boolean isNamed(SyntaxNode value) {
    return !value.all("COLUMN_REF").isEmpty()
        || !value.all("STAR").isEmpty()
        || SelectBinder.hasSubquery(value);
  }

  private static SqlException unlisted(SyntaxNode at) {
    return unsupported(
        at,
        "PIVOT by values that are not listed",
        ", since the columns of a view do not change with its rows; list them: IN (1, 2)");
  }

  private static String written(SyntaxNode value) {
    if (value.nodeClass().equals("CONSTANT")) {
      SyntaxNode literal = value.required("literal");
      return literal.string("kind").equals("NULL_LITERAL") ? "NULL" : literal.string("text");
    }
    return value.source();
  }

  private static JsonNode same(JsonNode expression, JsonNode value) {
    ObjectNode comparison = JSON.objectNode();
    comparison.put("class", "COMPARISON");
    comparison.put("type", "COMPARE_NOT_DISTINCT_FROM");
    comparison.set("left", expression);
    comparison.set("right", value);
    return comparison;
  }

  private static JsonNode and(JsonNode one, JsonNode other) {
    if (one.isNull() || other.isNull()) {
      return one.isNull() ? other : one;
    }
    ObjectNode both = JSON.objectNode();
    both.put("class", "CONJUNCTION");
    both.put("type", "CONJUNCTION_AND");
    both.putArray("children").add(one).add(other);
    return both;
  }

  private static ObjectNode filtered(SyntaxNode aggregate, JsonNode condition) {
    if (!SyntaxAggregates.has(aggregate)) {
      throw new SqlException(
          ProblemKind.GRAIN, aggregate.offset(), "PIVOT needs aggregates, such as sum(total)");
    }
    return (ObjectNode) filtered(aggregate, aggregate.json(), condition);
  }

  private static JsonNode filtered(SyntaxNode at, JsonNode json, JsonNode condition) {
    if (json.isArray()) {
      ArrayNode copy = JSON.arrayNode();
      json.forEach(element -> copy.add(filtered(at, element, condition)));
      return copy;
    }
    if (!json.isObject()) {
      return json;
    }
    ObjectNode copy = JSON.objectNode();
    if (SyntaxAggregates.isCall(at.with(json))) {
      copy.setAll((ObjectNode) json);
      JsonNode filter = json.path("filter");
      copy.set("filter", filter.isObject() ? and(filter, condition) : condition);
      return copy;
    }
    json.properties().forEach(f -> copy.set(f.getKey(), filtered(at, f.getValue(), condition)));
    return copy;
  }

  /** What the rows are grouped by: the columns that PIVOT lists, or those that it does not name. */
  private ArrayNode groups(List<Relation> source) {
    ArrayNode groups = JSON.arrayNode();
    List<String> listed = node.strings("groups");
    listed.forEach(name -> groups.add(column(List.of(name))));
    if (!listed.isEmpty()) {
      return groups;
    }
    Set<String> named = new HashSet<>();
    for (SyntaxNode used : node.children("aggregates")) {
      used.all("COLUMN_REF").forEach(column -> named.add(last(column)));
    }
    for (SyntaxNode pivot : node.children("pivots")) {
      for (SyntaxNode used : pivot.children("pivot_expressions")) {
        used.all("COLUMN_REF").forEach(column -> named.add(last(column)));
      }
    }
    for (Relation relation : source) {
      for (BoundColumn column : relation.columns()) {
        boolean free =
            !named.contains(column.name().toLowerCase(Locale.ROOT))
                && !relation.hidden().contains(column.column());
        if (free) {
          groups.add(
              column(
                  relation.name().isEmpty()
                      ? List.of(column.name())
                      : List.of(relation.name(), column.name())));
        }
      }
    }
    return groups;
  }

  private static String last(SyntaxNode column) {
    List<String> path = column.strings("column_names");
    return path.get(path.size() - 1).toLowerCase(Locale.ROOT);
  }

  private static ObjectNode column(List<String> path) {
    ObjectNode column = JSON.objectNode();
    column.put("class", "COLUMN_REF");
    column.put("type", "COLUMN_REF");
    ArrayNode names = column.putArray("column_names");
    path.forEach(names::add);
    return column;
  }
}
