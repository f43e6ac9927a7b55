package io.bergview.projection.definition;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.LayoutSettings.Projection;
import io.bergview.projection.definition.ViewDefinition.Flatten;
import io.bergview.projection.definition.ViewDefinition.Select;
import io.bergview.projection.definition.ViewDefinition.Unnest;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.MapNode.Entry;
import io.bergview.projection.text.Node.ScalarNode;
import io.bergview.projection.text.NodeReader;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A document with {@code $from}. */
final class ViewParser {
  private final NodeReader reader;
  private final Names names;
  private final Set<String> catalogs;

  ViewParser(NodeReader reader, Set<String> catalogs) {
    this.reader = reader;
    this.names = new Names(reader);
    this.catalogs = catalogs;
  }

  /** Empty if there were problems that leave no view. */
  Optional<Definition> parse(MapNode map, Origin origin) {
    Map<String, Node> keys = reader.known(map, Vocabulary.VIEW_KEYS);
    at(keys, "$schema").ifPresent(node -> reader.text(node, "the address of a JSON Schema"));
    Optional<String> name = required(map, keys, "$type", "the name of the view");
    Optional<SqlText> query = at(keys, "$sql").flatMap(this::query);
    Optional<String> from =
        keys.containsKey("$sql")
            ? withoutFrom(keys)
            : required(map, keys, "$from", "an entity type or another view");
    List<ColumnPath> expand =
        at(keys, "$expand").map(n -> names.paths(n, "the path of a relation")).orElse(List.of());
    List<Join> joins = at(keys, "$join").map(new JoinParser(reader)::parse).orElse(List.of());
    List<ColumnPath> prefixes = new ArrayList<>(expand);
    joins.forEach(join -> prefixes.add(ColumnPath.of(join.name())));
    List<Flatten> flatten = at(keys, "$flatten").map(n -> flatten(n, prefixes)).orElse(List.of());
    Optional<List<Select>> select = at(keys, "$select").map(this::select);
    Optional<Predicate> filter = at(keys, "$filter").flatMap(new PredicateParser(reader)::parse);
    Optional<Unnest> unnest = at(keys, "$unnest").flatMap(this::unnest);
    Optional<List<GroupKey>> groupBy = at(keys, "$groupBy").map(new GroupKeyParser(reader)::parse);
    Map<String, Computation> compute =
        at(keys, "$compute").map(new AggregateParser(reader)::parse).orElse(Map.of());
    Optional<Predicate> having =
        at(keys, "$having").flatMap(n -> having(n, keys.containsKey("$groupBy")));
    Optional<TopRows> top = at(keys, "$top").flatMap(new TopParser(reader)::parse);
    RefreshSettings refresh =
        at(keys, "$refresh")
            .map(new RefreshParser(reader)::parse)
            .orElse(RefreshSettings.manual())
            .withEngine(at(keys, "$engine").flatMap(n -> reader.choice(n, Vocabulary.ENGINES)));
    Projection projection =
        at(keys, "$projection")
            .flatMap(n -> reader.choice(n, Vocabulary.PROJECTIONS))
            .orElse(Projection.OLAP);
    LayoutSettings layout = new LayoutParser(reader).parse(keys);
    Optional<TableName> table = at(keys, "$table").flatMap(n -> names.ownTable(n, catalogs));
    Optional<TableName> publish = at(keys, "$publish").flatMap(names::published);
    ZoneId zone = at(keys, "$timezone").flatMap(names::zone).orElse(ZoneOffset.UTC);
    Optional<String> description =
        map.get("$description")
            .filter(node -> node instanceof ScalarNode text && text.value() instanceof String)
            .map(node -> String.valueOf(((ScalarNode) node).value()));
    if (name.isEmpty() || from.isEmpty() || keys.containsKey("$sql") && query.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ViewDefinition(
            name.get(),
            projection,
            from.get(),
            query,
            filter,
            expand,
            flatten,
            select,
            unnest,
            joins,
            groupBy,
            compute,
            having,
            top,
            refresh,
            layout,
            table,
            publish,
            zone,
            description,
            origin));
  }

  private Optional<SqlText> query(Node node) {
    Optional<String> text = reader.text(node, "a query in SQL");
    if (text.isPresent() && text.get().isBlank()) {
      reader.problem(ProblemKind.WRONG_VALUE, node, "the query is empty");
      return Optional.empty();
    }
    return text.map(SqlText::of);
  }

  /** What a query says by itself must not stand beside it. */
  private Optional<String> withoutFrom(Map<String, Node> keys) {
    for (String key : Vocabulary.QUERY_KEYS) {
      at(keys, key)
          .ifPresent(
              node ->
                  reader.problem(
                      ProblemKind.DUPLICATE,
                      node,
                      "'%s' has no meaning beside '$sql': write it in the query".formatted(key)));
    }
    return Optional.of("");
  }

  private Optional<Predicate> having(Node node, boolean grouped) {
    if (!grouped) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          node,
          "$having says which groups are kept; add $groupBy, or filter rows with $filter");
      return Optional.empty();
    }
    return new PredicateParser(reader).parse(node);
  }

  private static Optional<Node> at(Map<String, Node> keys, String key) {
    return Optional.ofNullable(keys.get(key));
  }

  private Optional<String> required(
      MapNode map, Map<String, Node> keys, String key, String meaning) {
    Node node = keys.get(key);
    if (node == null) {
      reader.problem(ProblemKind.MISSING, map, "'" + key + "', " + meaning + ", is missing");
      return Optional.empty();
    }
    return key.equals("$from") ? names.typeOrTable(node) : names.type(node);
  }

  /**
   * @param prefixes the paths whose columns are inlined
   */
  private List<Flatten> flatten(Node node, List<ColumnPath> prefixes) {
    List<Flatten> flatten = new ArrayList<>();
    Set<ColumnPath> seen = new HashSet<>();
    Optional<MapNode> map =
        reader.map(node, "a map such as {customer: buyer, vip: customer.is_vip}");
    List<Entry> entries = map.map(m -> reader.entries(m, Names.MAX_LISTED)).orElse(List.of());
    for (Entry entry : entries) {
      Optional<ColumnPath> left = names.path(entry);
      Optional<ColumnPath> right = names.path(entry.value(), "a name or a column");
      if (left.isEmpty() || right.isEmpty()) {
        continue;
      }
      if (!seen.add(left.get())) {
        reader.problem(ProblemKind.DUPLICATE, entry, "'" + left.get() + "' is here twice");
        continue;
      }
      boolean prefix = prefixes.contains(left.get());
      boolean allowed = prefix ? newName(entry, right.get()) : newName(entry, left.get());
      if (allowed) {
        flatten.add(new Flatten(left.get(), right.get()));
      }
    }
    return flatten;
  }

  /** The side of a {@code $flatten} entry that names output columns; a path is judged later. */
  private boolean newName(Entry entry, ColumnPath side) {
    return side.segments().size() > 1 || names.output(entry.value(), side.last());
  }

  private List<Select> select(Node node) {
    List<Select> select = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    if (node instanceof MapNode map) {
      for (Entry entry : reader.entries(map, Names.MAX_LISTED)) {
        Optional<ColumnPath> path = names.path(entry.value(), "an output column");
        if (names.output(entry) && isNew(entry.value(), entry.key(), seen)) {
          path.ifPresent(p -> select.add(new Select(entry.key(), p)));
        }
      }
      return select;
    }
    for (Node item : reader.oneOrMany(node, Names.MAX_LISTED)) {
      Optional<ColumnPath> path = names.path(item, "an output column");
      if (path.isPresent()) {
        String name = nameOf(path.get());
        if (names.output(item, name) && isNew(item, name, seen)) {
          select.add(new Select(name, path.get()));
        }
      }
    }
    return select;
  }

  /** What an output column is called that is only listed by its path. */
  static String nameOf(ColumnPath path) {
    return path.segments().size() == 1 ? path.last() : path.toString();
  }

  private boolean isNew(Node node, String name, Set<String> seen) {
    boolean isNew = seen.add(name.toLowerCase(Locale.ROOT));
    if (!isNew) {
      reader.problem(
          ProblemKind.NAME_COLLISION,
          node,
          "the output column '" + name + "' is selected twice (case does not tell names apart)");
    }
    return isNew;
  }

  private Optional<Unnest> unnest(Node node) {
    if (!(node instanceof MapNode map)) {
      return names
          .path(node, "a path or {path: items, keepEmpty: true}")
          .map(path -> new Unnest(path, false));
    }
    Map<String, Node> keys = reader.known(map, Vocabulary.UNNEST_KEYS);
    boolean keepEmpty = at(keys, "keepEmpty").flatMap(reader::bool).orElse(false);
    Optional<Node> path = at(keys, "path");
    if (path.isEmpty()) {
      reader.problem(ProblemKind.MISSING, map, "'path', what to unnest, is missing");
    }
    return path.flatMap(n -> names.path(n, "a path")).map(p -> new Unnest(p, keepEmpty));
  }
}
