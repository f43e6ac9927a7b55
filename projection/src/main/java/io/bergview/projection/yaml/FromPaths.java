package io.bergview.projection.yaml;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.Join;
import io.bergview.projection.definition.Predicate;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition.Unnest;
import io.bergview.projection.syntax.SyntaxNode;
import io.bergview.projection.yaml.FromNames.Named;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Type;

/**
 * A FROM clause as a root, paths along declared relations, joins on any condition, and what of
 * WHERE is left then.
 */
final class FromPaths implements Rows {
  private final List<FromSource> sources;
  private final FromNames names;
  private final RelationSearch relations;
  private final TypeSource types;
  private final List<SyntaxNode> given = new ArrayList<>();
  private final List<ExistsForm> tests = new ArrayList<>();
  private final List<Join> joins = new ArrayList<>();
  private final List<SyntaxNode> conditions = new ArrayList<>();
  private final List<Predicate> matched = new ArrayList<>();
  private final List<FromSource> many = new ArrayList<>();
  private final Map<List<String>, Type> columns = new HashMap<>();

  private FromPaths(FromTables tables, List<SyntaxNode> where, TypeSource types) {
    this.sources = tables.sources();
    this.names = new FromNames(sources);
    this.types = types;
    this.relations = new RelationSearch(types);
    for (FromSource source : sources) {
      if (!source.isOuter()) {
        given.addAll(source.on());
      }
    }
    for (FromTables.SemiJoin join : tables.semiJoins()) {
      FromPaths rows = new FromPaths(join.rows(), List.of(), types);
      rows.find();
      tests.add(new ExistsForm(join.kind(), rows, join.on()));
    }
    for (SyntaxNode term : where) {
      if (ExistsForm.is(term)) {
        tests.add(ExistsForm.of(term, names, types));
      } else {
        given.add(term);
      }
    }
  }

  /**
   * @param where the conditions of WHERE that must all hold
   * @throws NoYamlFormException where the language cannot say it
   */
  static FromPaths of(SyntaxNode from, List<SyntaxNode> where, TypeSource types) {
    FromPaths paths = new FromPaths(FromTables.of(from, types), where, types);
    paths.find();
    return paths;
  }

  /** How rows may be found, the first of which that finds all is taken. */
  private enum Reach {
    /** Along relations alone. */
    RELATIONS,
    /** The rest by {@code $join}. */
    JOINS,
    /** The same, and of relations those that lead to one row. */
    ONE_AND_JOINS
  }

  private void find() {
    FromSource lost = null;
    for (Reach reach : Reach.values()) {
      for (FromSource root : sources) {
        if (!root.isTable() || root.isOuter()) {
          continue;
        }
        Optional<FromSource> alone = foundFrom(root, reach);
        if (alone.isEmpty() && unnest().isPresent() == !many.isEmpty()) {
          test(root);
          return;
        }
        lost = lost == null ? alone.orElse(root) : lost;
      }
    }
    throw new NoYamlFormException(
        lost == null ? "this FROM" : "this join with %s".formatted(lost.name()));
  }

  /** A source that cannot be found; empty where all are found. */
  private Optional<FromSource> foundFrom(FromSource root, Reach reach) {
    sources.forEach(FromSource::lost);
    conditions.clear();
    conditions.addAll(given);
    matched.clear();
    many.clear();
    joins.clear();
    root.found(List.of());
    FreshNames fresh = freshNames(root);
    do {
      for (boolean more = true; more; ) {
        more = false;
        for (FromSource source : sources) {
          if (!source.isFound()) {
            more |= source.isTable() ? joined(source, reach) : unnested(source);
          }
        }
      }
    } while (reach != Reach.RELATIONS && joinedNext(fresh));
    return sources.stream().filter(source -> !source.isFound()).findFirst();
  }

  /** Names that joins may have: neither a column nor a relation of the root is called so. */
  private static FreshNames freshNames(FromSource root) {
    List<String> taken = new ArrayList<>(root.table().relations().keySet());
    root.columns().fields().forEach(field -> taken.add(field.name()));
    return new FreshNames(taken);
  }

  /** Joins the first source that is not found, by conditions over those that are, and itself. */
  private boolean joinedNext(FreshNames fresh) {
    Optional<FromSource> next = sources.stream().filter(source -> !source.isFound()).findFirst();
    boolean behind =
        sources.stream().anyMatch(other -> next.filter(other.behind()::contains).isPresent());
    if (next.isEmpty() || !next.get().isTable() || behind) {
      return false;
    }
    FromSource source = next.get();
    String name = fresh.of(source.name());
    source.found(List.of(name));
    Join.Kind kind = source.isOuter() ? Join.Kind.LEFT : Join.Kind.INNER;
    joins.add(join(name, source, List.of(), kind));
    source.behind().forEach(other -> joined(other, Reach.ONE_AND_JOINS));
    List<SyntaxNode> on =
        source.isOuter()
            ? source.on()
            : conditions.stream().filter(c -> isOf(c, source) && isKnown(c)).toList();
    if (!on.stream().allMatch(this::isKnown)) {
      source.lost();
      return false;
    }
    conditions.removeAll(on);
    joins.set(joins.size() - 1, join(name, source, on, kind));
    return true;
  }

  private Join join(String name, FromSource source, List<SyntaxNode> on, Join.Kind kind) {
    return new Join(
        name,
        source.table().name(),
        filter(List.of(), on.stream().map(this::withPaths).toList()),
        kind,
        "$join." + name);
  }

  private boolean isOf(SyntaxNode condition, FromSource source) {
    return named(condition).stream()
        .map(Named::source)
        .anyMatch(of -> of == source || source.behind().contains(of));
  }

  private boolean isKnown(SyntaxNode condition) {
    return condition.all("SUBQUERY").isEmpty()
        && named(condition).stream().allMatch(named -> named.source().isFound());
  }

  private List<Named> named(SyntaxNode condition) {
    return condition.all("COLUMN_REF").stream()
        .flatMap(column -> names.find(column).stream())
        .toList();
  }

  /** Joins what rows are tested by: last, so that it may name all others. */
  private void test(FromSource root) {
    FreshNames fresh = freshNames(root);
    joins.forEach(join -> fresh.of(join.name()));
    for (ExistsForm test : tests) {
      joins.add(test.named(fresh.of(test.rows().rootSource().name()), this));
    }
  }

  /** A filter of conditions over paths. */
  Predicate filter(List<Predicate> filters, List<SyntaxNode> on) {
    return new Conditions(path -> Optional.of(type(path)), "$join")
        .all(filters, on)
        .orElseGet(() -> new Predicate.And(List.of()));
  }

  private boolean joined(FromSource source, Reach reach) {
    List<SyntaxNode> pool = source.isOuter() ? source.on() : List.copyOf(conditions);
    Map<SyntaxNode, List<Named>> equalities = new HashMap<>();
    for (SyntaxNode condition : pool) {
      if (condition.type().equals("COMPARE_EQUAL")) {
        Optional<Named> left = names.find(condition.required("left"));
        Optional<Named> right = names.find(condition.required("right"));
        if (left.isPresent() && right.isPresent()) {
          equalities.put(condition, List.of(left.get(), right.get()));
        }
      }
    }
    for (FromSource from : sources) {
      if (!from.isFound()) {
        continue;
      }
      Optional<RelationSearch.Step> step =
          relations.find(from, source, List.copyOf(equalities.values()));
      boolean allowed =
          step.filter(found -> found.many() && (reach == Reach.ONE_AND_JOINS || isOfJoin(from)))
                  .isEmpty()
              && !returns(from, source);
      if (step.isPresent() && allowed) {
        List<SyntaxNode> used =
            equalities.entrySet().stream()
                .filter(entry -> step.get().joins(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        if (source.isOuter() && used.size() < pool.size()) {
          continue;
        }
        conditions.removeAll(used);
        take(source, from, step.get());
        return true;
      }
    }
    return false;
  }

  /** Whether a path from one to the other would return to a type that it has left. */
  private boolean returns(FromSource from, FromSource to) {
    String type = to.table().name();
    boolean self = from.type().filter(left -> left.name().equals(type)).isPresent();
    int join = isOfJoin(from) ? 1 : 0;
    return !self
        && sources.stream()
            .filter(source -> source.isTable() && source.isFound())
            .filter(source -> source.at().size() >= join && leads(source.at(), from.at()))
            .anyMatch(source -> source.table().name().equals(type));
  }

  private static boolean leads(List<String> path, List<String> to) {
    return to.size() >= path.size() && to.subList(0, path.size()).equals(path);
  }

  private boolean isOfJoin(FromSource source) {
    return !source.at().isEmpty()
        && joins.stream().anyMatch(join -> join.name().equals(source.at().get(0)));
  }

  private void take(FromSource source, FromSource from, RelationSearch.Step step) {
    source.found(from.path(step.relation(from)));
    if (step.many()) {
      many.add(source);
    } else if (!source.isOuter()) {
      ColumnPath key = new ColumnPath(source.path(step.keys().get(0)), "$filter");
      matched.add(new Predicate.Not(new Predicate.IsNull(key)));
    }
  }

  private boolean unnested(FromSource source) {
    Optional<Named> list = names.find(source.list());
    if (list.isEmpty() || !list.get().source().isFound() || isOfJoin(list.get().source())) {
      return false;
    }
    FromSource holder = list.get().source();
    source.found(holder.path(list.get().segments()));
    source.elementsOf(relations.elements(holder, list.get().segments()).orElse(null));
    many.add(source);
    return true;
  }

  private FromSource rootSource() {
    return sources.stream().filter(source -> source.at().isEmpty()).findFirst().orElseThrow();
  }

  @Override
  public String root() {
    return rootSource().table().name();
  }

  @Override
  public List<String> rootColumns() {
    return rootSource().shown(true);
  }

  @Override
  public List<Join> joins() {
    return List.copyOf(joins);
  }

  @Override
  public List<String> key() {
    return sources.size() > 1 ? List.of() : sources.get(0).table().id();
  }

  @Override
  public Optional<Unnest> unnest() {
    if (many.isEmpty()) {
      return Optional.empty();
    }
    List<FromSource> chain = new ArrayList<>(many);
    chain.sort(Comparator.comparingInt(source -> source.at().size()));
    FromSource last = chain.get(chain.size() - 1);
    for (int i = 0; i < chain.size(); i++) {
      List<String> path = chain.get(i).at();
      boolean leads = path.equals(last.at().subList(0, path.size()));
      boolean again = i > 0 && path.equals(chain.get(i - 1).at());
      if (!leads || again || chain.get(i).isOuter() != last.isOuter()) {
        return Optional.empty();
      }
    }
    return Optional.of(new Unnest(new ColumnPath(last.at(), "$unnest"), last.isOuter()));
  }

  @Override
  public SyntaxNode withPaths(SyntaxNode node) {
    return node.replaced(this::withPath);
  }

  /** The path of a column in its place; empty for what is none. */
  Optional<SyntaxNode> withPath(SyntaxNode node) {
    return names.find(node).map(named -> node.column(path(named)));
  }

  /** As {@link #withPath}, where these rows are joined with others under a name. */
  Optional<SyntaxNode> joined(SyntaxNode node, String name, FromPaths with) {
    return names
        .find(node)
        .map(
            named -> {
              List<String> path = new ArrayList<>(List.of(name));
              path.addAll(path(named));
              with.columns.put(path, FromNames.typeOf(named));
              return node.column(path);
            });
  }

  /** The conditions that the paths do not say, as they were written. */
  List<SyntaxNode> rest() {
    return List.copyOf(conditions);
  }

  @Override
  public Type type(List<String> path) {
    return requireNonNull(columns.get(path), () -> "no column was named " + path);
  }

  @Override
  public boolean isColumn(SyntaxNode node) {
    return node.nodeClass().equals("COLUMN_REF")
        && columns.containsKey(node.strings("column_names"));
  }

  @Override
  public boolean has(List<String> name) {
    return names.find(name).isPresent();
  }

  @Override
  public List<SyntaxNode> conditions() {
    return conditions.stream().map(this::withPaths).toList();
  }

  @Override
  public List<Predicate> matched() {
    return List.copyOf(matched);
  }

  @Override
  public List<Column> columns(SyntaxNode star) {
    String of = star.string("relation_name");
    List<String> excluded = excluded(star);
    List<Column> all = new ArrayList<>();
    for (FromSource source : sources) {
      if (of.isEmpty() || source.name().equalsIgnoreCase(of)) {
        source.shown(!of.isEmpty()).stream()
            .filter(column -> !excluded.contains(column.toLowerCase(Locale.ROOT)))
            .map(column -> new Named(source, List.of(column)))
            .forEach(
                named -> all.add(new Column(named.segments().get(0), star.column(path(named)))));
      }
    }
    return all;
  }

  /** The columns that a star leaves out, in lower case. */
  static List<String> excluded(SyntaxNode star) {
    for (String more : List.of("replace_list", "rename_list")) {
      if (!star.children(more).isEmpty()) {
        throw new NoYamlFormException("other columns in the place of those of a star");
      }
    }
    if (star.bool("columns") || star.child("expr").isPresent()) {
      throw new NoYamlFormException("COLUMNS(...)");
    }
    return star.strings("exclude_list").stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .toList();
  }

  private List<String> path(Named column) {
    List<String> path = column.source().path(column.segments());
    if (path.isEmpty()) {
      throw new NoYamlFormException("a whole element of a list here");
    }
    columns.put(path, FromNames.typeOf(column));
    return path;
  }
}
