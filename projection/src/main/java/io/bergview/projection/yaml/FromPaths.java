package io.bergview.projection.yaml;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.ColumnPath;
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

/** A FROM clause as a root, paths along declared relations, and what of WHERE is left then. */
final class FromPaths implements Rows {
  private final List<FromSource> sources;
  private final FromNames names;
  private final RelationSearch relations;
  private final List<SyntaxNode> given = new ArrayList<>();
  private final List<SyntaxNode> conditions = new ArrayList<>();
  private final List<Predicate> matched = new ArrayList<>();
  private final List<FromSource> many = new ArrayList<>();
  private final Map<List<String>, Type> columns = new HashMap<>();

  private FromPaths(FromTables tables, List<SyntaxNode> where, TypeSource types) {
    this.sources = tables.sources();
    this.names = new FromNames(sources);
    this.relations = new RelationSearch(types);
    for (FromSource source : sources) {
      if (!source.isOuter()) {
        given.addAll(source.on());
      }
    }
    given.addAll(where);
  }

  /**
   * @param where the conditions of WHERE that must all hold
   * @throws NoYamlFormException where a table is joined otherwise
   */
  static FromPaths of(SyntaxNode from, List<SyntaxNode> where, TypeSource types) {
    FromPaths paths = new FromPaths(FromTables.of(from, types), where, types);
    paths.find();
    return paths;
  }

  private void find() {
    FromSource lost = null;
    for (FromSource root : sources) {
      if (!root.isTable() || root.isOuter()) {
        continue;
      }
      Optional<FromSource> alone = foundFrom(root);
      if (alone.isEmpty() && unnest().isPresent() == !many.isEmpty()) {
        return;
      }
      lost = lost == null ? alone.orElse(root) : lost;
    }
    String what = lost == null ? "this FROM" : "this join with " + lost.name();
    throw new NoYamlFormException(what + ", which is along no relation that the types declare");
  }

  /** A source that no path leads to; empty where all are found. */
  private Optional<FromSource> foundFrom(FromSource root) {
    sources.forEach(FromSource::lost);
    conditions.clear();
    conditions.addAll(given);
    matched.clear();
    many.clear();
    root.found(List.of());
    for (boolean more = true; more; ) {
      more = false;
      for (FromSource source : sources) {
        if (!source.isFound()) {
          more |= source.isTable() ? joined(source) : unnested(source);
        }
      }
    }
    return sources.stream().filter(source -> !source.isFound()).findFirst();
  }

  private boolean joined(FromSource source) {
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
      if (step.isPresent()) {
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
    if (list.isEmpty() || !list.get().source().isFound()) {
      return false;
    }
    FromSource holder = list.get().source();
    source.found(holder.path(list.get().segments()));
    source.elementsOf(relations.elements(holder, list.get().segments()).orElse(null));
    many.add(source);
    return true;
  }

  @Override
  public String root() {
    return sources.stream()
        .filter(source -> source.at().isEmpty())
        .findFirst()
        .map(source -> source.table().name())
        .orElseThrow();
  }

  @Override
  public List<String> rootColumns() {
    return sources.stream()
        .filter(source -> source.at().isEmpty())
        .findFirst()
        .map(source -> source.shown(true))
        .orElseThrow();
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
    return node.replaced(part -> names.find(part).map(named -> part.column(path(named))));
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
