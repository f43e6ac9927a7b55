package io.bergview.projection.yaml;

import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.Join;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.query.TableResolver;
import io.bergview.projection.syntax.ReadTables;
import io.bergview.projection.syntax.SyntaxNode;
import io.bergview.projection.yaml.FromNames.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The sources of a FROM clause, each with how it is joined with those before it. */
final class FromTables {
  private final TypeSource types;
  private final TableResolver tables;
  private final List<FromSource> sources = new ArrayList<>();
  private final List<SemiJoin> semiJoins = new ArrayList<>();

  /** A join that shows nothing of its right side, which is a table or tables along relations. */
  record SemiJoin(Join.Kind kind, FromTables rows, List<SyntaxNode> on) {
    SemiJoin {
      on = List.copyOf(on);
    }
  }

  private FromTables(TypeSource types) {
    this.types = types;
    this.tables = new TableResolver(types);
  }

  static FromTables of(SyntaxNode from, TypeSource types) {
    FromTables tables = new FromTables(types);
    tables.read(from);
    return tables;
  }

  /** In the order in which they are written. */
  List<FromSource> sources() {
    return List.copyOf(sources);
  }

  List<SemiJoin> semiJoins() {
    return List.copyOf(semiJoins);
  }

  private void read(SyntaxNode node) {
    switch (node.type()) {
      case "BASE_TABLE" -> sources.add(table(node));
      case "JOIN" -> join(node);
      case "SUBQUERY" -> throw new NoYamlFormException("a subquery in FROM");
      case "EMPTY" -> throw new NoYamlFormException("a query without FROM");
      default ->
          throw new NoYamlFormException(
              node.type().toLowerCase(Locale.ROOT).replace('_', ' ') + " in FROM");
    }
  }

  private FromSource table(SyntaxNode node) {
    if (!node.strings("column_name_alias").isEmpty()) {
      throw new NoYamlFormException("other names for the columns of a table in FROM");
    }
    List<String> path = ReadTables.path(node);
    EntityType type =
        tables
            .find(path)
            .flatMap(found -> tables.at(found, node))
            .orElseThrow(
                () -> new NoYamlFormException("the common table " + String.join(".", path)));
    String alias = node.string("alias");
    return FromSource.table(
        alias.isEmpty() ? path : List.of(alias), type, types.schema(type).asStruct());
  }

  private void join(SyntaxNode node) {
    String kind = node.string("join_type");
    String reference = node.string("ref_type");
    boolean semi = kind.equals("SEMI") || kind.equals("ANTI");
    if (!kind.equals("INNER") && !kind.equals("LEFT") && !semi) {
      throw new NoYamlFormException("a " + kind.replace("OUTER", "FULL") + " JOIN");
    }
    if (!reference.equals("REGULAR") && !reference.equals("CROSS")) {
      throw new NoYamlFormException("a " + reference + " JOIN");
    }
    read(node.required("left"));
    int before = sources.size();
    SyntaxNode right = node.required("right");
    if (semi) {
      FromTables rows = of(right, types);
      semiJoins.add(new SemiJoin(Join.Kind.valueOf(kind), rows, on(node, sources, rows.sources)));
      return;
    }
    if (right.type().equals("TABLE_FUNCTION")) {
      elements(right, node, kind.equals("LEFT"));
      return;
    }
    read(right);
    List<FromSource> added = sources.subList(before, sources.size());
    boolean outer = kind.equals("LEFT") || added.stream().anyMatch(FromSource::isOuter);
    if (added.size() > 1 && outer) {
      List<FromSource> behind = added.subList(1, added.size());
      if (added.get(0).isOuter() || !behind.stream().allMatch(FromSource::isOuter)) {
        throw new NoYamlFormException("an outer join with a join in parentheses");
      }
      added.get(0).joined(kind.equals("LEFT"), on(node, sources.subList(0, before), added));
      added.get(0).joinedWith(behind);
      return;
    }
    List<SyntaxNode> conditions = new ArrayList<>(added.get(added.size() - 1).on());
    conditions.addAll(on(node, sources.subList(0, before), added));
    added.get(added.size() - 1).joined(kind.equals("LEFT"), conditions);
  }

  private static List<SyntaxNode> on(
      SyntaxNode join, List<FromSource> left, List<FromSource> right) {
    List<SyntaxNode> conditions = new ArrayList<>();
    join.child("condition").ifPresent(on -> conditions.addAll(Conditions.terms(on)));
    for (String column : join.strings("using_columns")) {
      conditions.add(merged(column, left, right, join));
    }
    return conditions;
  }

  /** A column of USING: plain names mean that of the left side. */
  private static SyntaxNode merged(
      String column, List<FromSource> left, List<FromSource> right, SyntaxNode node) {
    Optional<Named> one = new FromNames(left).find(List.of(column));
    Optional<Named> other = new FromNames(right).find(List.of(column));
    if (one.isEmpty() || other.isEmpty()) {
      throw new NoYamlFormException("USING (" + column + ")");
    }
    other.get().source().hide(other.get().segments().get(0));
    return node.equality(called(one.get()), called(other.get()));
  }

  private static List<String> called(Named column) {
    return List.of(column.source().name(), column.segments().get(0));
  }

  private void elements(SyntaxNode node, SyntaxNode join, boolean outer) {
    SyntaxNode list = ExpressionText.arguments(node.required("function")).get(0);
    Named of =
        new FromNames(sources)
            .find(list)
            .orElseThrow(() -> new NoYamlFormException("unnest of an expression"));
    Type type = FromNames.typeOf(of);
    Optional<SyntaxNode> on = join.child("condition").filter(condition -> !isTrue(condition));
    if (on.isPresent()) {
      throw new NoYamlFormException("a condition of the join with unnest");
    }
    String alias = node.string("alias").isEmpty() ? "unnest" : node.string("alias");
    List<String> names = node.strings("column_name_alias");
    FromSource elements =
        FromSource.elements(
            alias,
            Types.NestedField.optional(
                1, names.isEmpty() ? alias : names.get(0), type.asListType().elementType()),
            list);
    elements.joined(outer, List.of());
    sources.add(elements);
  }

  private static boolean isTrue(SyntaxNode node) {
    SyntaxNode literal = node.child("literal").orElse(node);
    return node.nodeClass().equals("CONSTANT")
        && literal.string("kind").equals("BOOLEAN")
        && (literal.string("text").equals("true") || literal.bool("value"));
  }
}
