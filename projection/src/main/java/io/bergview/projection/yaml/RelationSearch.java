package io.bergview.projection.yaml;

import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.Relation;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.yaml.FromNames.Named;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Finds the declared relation that joins two sources by the columns that a query compares. */
final class RelationSearch {
  /** How deep structs are looked into. */
  private static final int MOST_STRUCTS = 8;

  private final TypeSource types;

  RelationSearch(TypeSource types) {
    this.types = types;
  }

  /**
   * A relation from one source to another.
   *
   * @param holder the columns of the source that hold what has the relation; empty for its rows
   * @param here columns of the source it leads from
   * @param keys columns of the source it leads to, which equal those
   */
  record Step(
      FromSource from,
      FromSource to,
      List<String> holder,
      String name,
      boolean many,
      List<List<String>> here,
      List<List<String>> keys) {
    Step {
      holder = List.copyOf(holder);
      here = List.copyOf(here);
      keys = List.copyOf(keys);
    }

    /** The relation as a column of the source it leads from. */
    List<String> relation(FromSource source) {
      List<String> path = new ArrayList<>(holder);
      if (path.isEmpty() && !source.isTable()) {
        path.add(source.columns().fields().get(0).name());
      }
      path.add(name);
      return path;
    }

    /** Whether an equality is one of those that the relation stands for. */
    boolean joins(List<Named> sides) {
      return is(sides.get(0), sides.get(1)) || is(sides.get(1), sides.get(0));
    }

    private boolean is(Named left, Named right) {
      if (left.source() != from || right.source() != to) {
        return false;
      }
      for (int i = 0; i < here.size(); i++) {
        if (here.get(i).equals(left.segments()) && keys.get(i).equals(right.segments())) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * @param equalities pairs of columns that are equal
   */
  Optional<Step> find(FromSource from, FromSource to, List<List<Named>> equalities) {
    for (Map.Entry<List<String>, EntityType> holder : holders(from).entrySet()) {
      for (Relation relation : holder.getValue().relations().values()) {
        Optional<Step> step = step(from, to, holder.getKey(), holder.getValue(), relation);
        if (step.isPresent() && isWhole(step.get(), equalities)) {
          return step;
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isWhole(Step step, List<List<Named>> equalities) {
    long pairs = 0;
    for (int i = 0; i < step.here().size(); i++) {
      Step one =
          new Step(
              step.from(),
              step.to(),
              step.holder(),
              step.name(),
              step.many(),
              List.of(step.here().get(i)),
              List.of(step.keys().get(i)));
      pairs += equalities.stream().anyMatch(one::joins) ? 1 : 0;
    }
    return pairs == step.here().size();
  }

  private Optional<Step> step(
      FromSource from, FromSource to, List<String> holder, EntityType type, Relation relation) {
    Optional<EntityType> target = types.type(relation.target());
    if (target.isEmpty() || !isSame(target.get(), to.table())) {
      return Optional.empty();
    }
    List<String> prefix = holder.isEmpty() && !from.isTable() ? element(from) : holder;
    if (relation instanceof Relation.Forward forward) {
      return made(
          from,
          to,
          holder,
          relation,
          within(prefix, foreignKeys(forward)),
          plain(target.get().id()));
    }
    if (relation instanceof Relation.Backward backward
        && target.get().relations().get(backward.inverse()) instanceof Relation.Forward inverse
        && inverse.target().equals(type.name())) {
      return made(
          from, to, holder, relation, within(prefix, type.id()), plain(foreignKeys(inverse)));
    }
    return Optional.empty();
  }

  private static Optional<Step> made(
      FromSource from,
      FromSource to,
      List<String> holder,
      Relation relation,
      List<List<String>> here,
      List<List<String>> keys) {
    return here.isEmpty() || here.size() != keys.size()
        ? Optional.empty()
        : Optional.of(new Step(from, to, holder, relation.name(), relation.many(), here, keys));
  }

  private static List<String> foreignKeys(Relation.Forward relation) {
    return relation.keys().isEmpty() ? List.of(relation.name() + "_id") : relation.keys();
  }

  private static List<String> element(FromSource elements) {
    return List.of(elements.columns().fields().get(0).name());
  }

  private static List<List<String>> plain(List<String> columns) {
    return within(List.of(), columns);
  }

  private static List<List<String>> within(List<String> holder, List<String> columns) {
    List<List<String>> paths = new ArrayList<>();
    for (String column : columns) {
      List<String> path = new ArrayList<>(holder);
      path.add(column);
      paths.add(path);
    }
    return paths;
  }

  private static boolean isSame(EntityType one, EntityType other) {
    return one.name().equals(other.name())
        || one.table().isPresent() && one.table().equals(other.table());
  }

  /** The rows of a source, and the structs in them that are declared as types. */
  private Map<List<String>, EntityType> holders(FromSource source) {
    Map<List<String>, EntityType> holders = new LinkedHashMap<>();
    source
        .type()
        .ifPresent(
            type -> {
              holders.put(List.of(), type);
              List<String> rows = source.isTable() ? List.of() : element(source);
              structs(type, rows, source.columns(), holders);
            });
    return holders;
  }

  private void structs(
      EntityType type,
      List<String> at,
      Types.StructType columns,
      Map<List<String>, EntityType> holders) {
    if (at.size() > MOST_STRUCTS) {
      return;
    }
    Type row = columns;
    for (String name : at) {
      row = row.asStructType().fieldType(name);
    }
    for (Relation relation : type.relations().values()) {
      boolean struct =
          relation instanceof Relation.Embedded
              && !relation.many()
              && row instanceof Types.StructType fields
              && fields.field(relation.name()) != null;
      if (struct) {
        List<String> path = new ArrayList<>(at);
        path.add(relation.name());
        types
            .type(relation.target())
            .ifPresent(
                target -> {
                  holders.put(path, target);
                  structs(target, path, columns, holders);
                });
      }
    }
  }

  /** The type that the elements of a list are declared as. */
  Optional<EntityType> elements(FromSource holder, List<String> list) {
    List<String> of = list.subList(0, list.size() - 1);
    boolean rows = of.isEmpty() || !holder.isTable() && of.size() == 1;
    @Nullable EntityType type = holders(holder).get(rows ? List.<String>of() : of);
    return Optional.ofNullable(type)
        .map(declared -> declared.relations().get(list.get(list.size() - 1)))
        .filter(relation -> relation instanceof Relation.Embedded && relation.many())
        .flatMap(relation -> types.type(relation.target()));
  }
}
