package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.unsupported;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.query.FromScope.Relation;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * The columns that {@code *} and {@code COLUMNS(...)} stand for. An expression with {@code
 * COLUMNS(...)} in it is one for each of the columns.
 */
final class StarBinder {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final FromScope scope;
  private final TableResolver tables;

  StarBinder(FromScope scope, TableResolver tables) {
    this.scope = scope;
    this.tables = tables;
  }

  /** A column, and what stands for it. */
  private record Shown(
      Relation relation, BoundColumn column, String name, Optional<SyntaxNode> by) {}

  /**
   * The outputs that an item of SELECT is.
   *
   * @param name of one that has no star
   */
  List<SelectItem> items(SyntaxNode node, String name) {
    if (node.nodeClass().equals("STAR")) {
      Optional<List<SelectItem>> fields = fields(node);
      if (fields.isPresent()) {
        return fields.get();
      }
      List<SelectItem> items = new ArrayList<>();
      for (Shown each : columns(node)) {
        items.add(
            each.by().isPresent()
                ? SelectItem.of(each.name(), each.by().get())
                : SelectItem.of(alias(node).orElse(each.name()), node, each.column().column()));
      }
      return items;
    }
    List<SyntaxNode> stars =
        node.all("STAR").stream().filter(star -> star.bool("columns")).toList();
    if (stars.isEmpty()) {
      return List.of(SelectItem.of(name, node));
    }
    if (stars.stream().map(star -> star.normal()).distinct().count() > 1) {
      throw unsupported(
          stars.get(1), "a second COLUMNS(...) with other columns in one expression", "");
    }
    List<SelectItem> items = new ArrayList<>();
    for (Shown each : columns(stars.get(0))) {
      JsonNode json = replaced(node.json(), written(each));
      items.add(SelectItem.of(alias(node).orElse(each.name()), node.with(json)));
    }
    return items;
  }

  /** {@code s.*} of a struct column, where no table is called so. */
  private Optional<List<SelectItem>> fields(SyntaxNode star) {
    String name = star.string("relation_name");
    boolean table =
        name.isEmpty() || scope.relations().stream().anyMatch(r -> r.name().equalsIgnoreCase(name));
    if (table || !scope.has(List.of(name), star)) {
      return Optional.empty();
    }
    Type type = scope.resolve(List.of(name), star).type();
    Set<String> excluded = excluded(star);
    boolean changed =
        !star.children("replace_list").isEmpty() || !star.children("rename_list").isEmpty();
    if (!type.isStructType() || changed) {
      throw new SqlException(
          ProblemKind.WRONG_TYPE,
          star.offset(),
          changed
              ? "the fields of a struct are not replaced or renamed by '*'; list them"
              : "'%s.*' needs a table or a struct; this is %s".formatted(name, type));
    }
    List<SelectItem> items = new ArrayList<>();
    for (Types.NestedField field : type.asStructType().fields()) {
      if (!excluded.contains(lower(field.name()))) {
        items.add(SelectItem.of(field.name(), star.column(List.of(name, field.name()))));
      }
    }
    return Optional.of(items);
  }

  private static Optional<String> alias(SyntaxNode node) {
    String alias = node.string("alias");
    if (alias.indexOf('\\') >= 0) {
      throw unsupported(node, "a reference to a group of COLUMNS(...) in a name", "");
    }
    return alias.isEmpty() ? Optional.empty() : Optional.of(alias);
  }

  private static JsonNode written(Shown shown) {
    if (shown.by().isPresent()) {
      return shown.by().get().json();
    }
    ObjectNode json = JSON.objectNode();
    json.put("class", "COLUMN_REF");
    json.put("type", "COLUMN_REF");
    json.put("alias", "");
    if (!shown.relation().name().isEmpty()) {
      json.putArray("column_names").add(shown.relation().name()).add(shown.column().name());
    } else {
      json.putArray("column_names").add(shown.column().name());
    }
    return json;
  }

  private static JsonNode replaced(JsonNode json, JsonNode column) {
    if (json.path("class").asText().equals("STAR") && json.path("columns").asBoolean()) {
      return column;
    }
    if (json.isObject()) {
      ObjectNode copy = JSON.objectNode();
      json.properties().forEach(f -> copy.set(f.getKey(), replaced(f.getValue(), column)));
      return copy;
    }
    if (json.isArray()) {
      ArrayNode copy = JSON.arrayNode();
      json.forEach(element -> copy.add(replaced(element, column)));
      return copy;
    }
    return json;
  }

  private List<Shown> columns(SyntaxNode star) {
    String relation = star.string("relation_name");
    List<Relation> relations = relations(star, relation);
    Set<String> excluded = excluded(star);
    Map<String, SyntaxNode> replaced = new LinkedHashMap<>();
    star.children("replace_list")
        .forEach(entry -> replaced.put(lower(entry.string("key")), entry.required("value")));
    Map<String, String> renamed = new LinkedHashMap<>();
    star.children("rename_list")
        .forEach(
            entry ->
                renamed.put(lower(entry.required("key").string("column")), entry.string("value")));
    Predicate<String> wanted = wanted(star, relations);
    List<Shown> columns = new ArrayList<>();
    for (Relation each : relations) {
      for (BoundColumn column : each.columns()) {
        String name = lower(column.name());
        boolean hidden = relation.isEmpty() && each.hidden().contains(column.column());
        boolean out = excluded.contains(name) || excluded.contains(lower(each.name()) + "." + name);
        if (out || replaced.containsKey(name) || renamed.containsKey(name)) {
          tables.mention(column.column());
        }
        if (!hidden && !out && wanted.test(column.name())) {
          columns.add(
              new Shown(
                  each,
                  column,
                  renamed.getOrDefault(name, column.name()),
                  Optional.ofNullable(replaced.get(name))));
        }
      }
    }
    excluded.forEach(name -> refuseUnknown(name, "exclude", relations, star));
    replaced.keySet().forEach(name -> refuseUnknown(name, "replace", relations, star));
    renamed.keySet().forEach(name -> refuseUnknown(name, "rename", relations, star));
    if (columns.isEmpty()) {
      throw new SqlException(
          ProblemKind.UNKNOWN_COLUMN, star.offset(), "no column is left of " + shown(star));
    }
    return columns;
  }

  private static String shown(SyntaxNode star) {
    return star.bool("columns") ? "COLUMNS(...)" : "'*'";
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private List<Relation> relations(SyntaxNode star, String relation) {
    List<Relation> relations =
        scope.relations().stream()
            .filter(r -> relation.isEmpty() || r.name().equalsIgnoreCase(relation))
            .toList();
    if (relations.isEmpty()) {
      List<String> names = scope.relations().stream().map(Relation::name).toList();
      throw relation.isEmpty()
          ? new SqlException(ProblemKind.SYNTAX, star.offset(), shown(star) + " needs FROM")
          : new SqlException(
              ProblemKind.UNKNOWN_TYPE,
              star.offset(),
              "'%s' names no table of FROM%s"
                  .formatted(relation, Suggestions.didYouMean(relation, names)));
    }
    return relations;
  }

  private static Set<String> excluded(SyntaxNode star) {
    Set<String> excluded = new HashSet<>();
    star.strings("exclude_list").forEach(name -> excluded.add(lower(name)));
    for (SyntaxNode entry : star.children("qualified_exclude_list")) {
      String table = entry.string("table");
      String column = lower(entry.string("column"));
      excluded.add(table.isEmpty() ? column : lower(table) + "." + column);
    }
    return excluded;
  }

  private static void refuseUnknown(
      String name, String verb, List<Relation> relations, SyntaxNode star) {
    List<String> names = new ArrayList<>();
    for (Relation relation : relations) {
      for (BoundColumn column : relation.columns()) {
        names.add(name.indexOf('.') < 0 ? column.name() : relation.name() + "." + column.name());
      }
    }
    if (names.stream().noneMatch(name::equalsIgnoreCase)) {
      throw new SqlException(
          ProblemKind.UNKNOWN_COLUMN,
          star.offset(),
          "%s has no column '%s' to %s%s"
              .formatted(shown(star), name, verb, Suggestions.didYouMean(name, names)));
    }
  }

  /** What COLUMNS selects by: a regular expression that a part of the name matches, or names. */
  private static Predicate<String> wanted(SyntaxNode star, List<Relation> relations) {
    Optional<SyntaxNode> by = star.child("expr");
    if (by.isEmpty()) {
      return name -> true;
    }
    Optional<String> pattern = text(by.get());
    if (pattern.isPresent()) {
      try {
        return Pattern.compile(pattern.get()).asPredicate();
      } catch (PatternSyntaxException e) {
        throw new SqlException(
            ProblemKind.WRONG_VALUE,
            by.get().offset(),
            "'%s' is not a regular expression: %s".formatted(pattern.get(), e.getDescription()));
      }
    }
    List<SyntaxNode> elements =
        by.get().string("function_name").equals("list_value")
            ? ExpressionBinder.arguments(by.get())
            : List.of();
    List<String> names = elements.stream().flatMap(e -> text(e).stream()).toList();
    if (names.isEmpty() || names.size() < elements.size()) {
      throw unsupported(
          star, "COLUMNS of this", "; write a regular expression, COLUMNS('.*_id'), or names");
    }
    names.forEach(name -> refuseUnknown(name, "take", relations, star));
    return name -> names.stream().anyMatch(name::equalsIgnoreCase);
  }

  private static Optional<String> text(SyntaxNode node) {
    return node.nodeClass().equals("CONSTANT")
            && node.required("literal").string("kind").equals("STRING")
        ? Optional.of(node.required("literal").string("text"))
        : Optional.empty();
  }
}
