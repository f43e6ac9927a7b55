package io.bergview.projection.query;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.BergviewException;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.SourceException;
import io.bergview.errors.Suggestions;
import io.bergview.projection.definition.AsOf;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.plan.Plan.Scan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.PlanSources;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;

/**
 * What a name in FROM means: a view or entity type by its name, or a table by its own. Case matters
 * only where two names differ in nothing else.
 */
public final class TableResolver {
  private final TypeSource types;
  private final Map<List<String>, Optional<EntityType>> tables = new HashMap<>();
  private final Map<String, EntityType> used = new LinkedHashMap<>();
  private final Map<String, SourceTable> sources = new LinkedHashMap<>();
  private final Map<PlanColumn, String> typeOf = new HashMap<>();
  private final Map<PlanColumn, Integer> fieldOf = new HashMap<>();
  private final Map<String, Set<Integer>> mentioned = new LinkedHashMap<>();

  public TableResolver(TypeSource types) {
    this.types = requireNonNull(types, "types is null");
  }

  /** The types that were named, by name. */
  Map<String, EntityType> used() {
    return used;
  }

  /** A scan reads a column. */
  void reads(Scan scan) {
    String type = scan.source().type();
    mentioned.computeIfAbsent(type, unused -> new LinkedHashSet<>());
    for (Scan.Read read : scan.reads()) {
      typeOf.put(read.column(), type);
      fieldOf.put(read.column(), read.fieldId());
    }
  }

  /** A column stands for another. */
  void same(PlanColumn column, PlanColumn other) {
    String type = typeOf.get(other);
    if (type != null) {
      typeOf.put(column, type);
      fieldOf.put(column, requireNonNull(fieldOf.get(other)));
    }
  }

  /** The query names a column, or shows it. */
  void mention(PlanColumn column) {
    String type = typeOf.get(column);
    if (type != null) {
      mentioned
          .computeIfAbsent(type, unused -> new LinkedHashSet<>())
          .add(requireNonNull(fieldOf.get(column)));
    }
  }

  /** The tables with the columns that were named. */
  List<SourceTable> mentioned() {
    List<SourceTable> tables = new ArrayList<>();
    mentioned.forEach(
        (type, ids) -> tables.add(PlanSources.cut(requireNonNull(sources.get(type)), ids)));
    return tables;
  }

  /**
   * The table of a name.
   *
   * @throws SqlException where there is none
   */
  SourceTable resolve(List<String> path, SyntaxNode at) {
    return source(find(path).orElseThrow(() -> unknown(path, at)), at);
  }

  private SourceTable source(EntityType type, SyntaxNode at) {
    SourceTable known = sources.get(type.name());
    if (known == null) {
      TableName table = tableOf(type, at);
      Schema schema = types.schema(type);
      known = new SourceTable(type.name(), table, schema);
      sources.put(type.name(), known);
      used.put(type.name(), type);
    }
    return known;
  }

  /**
   * The table of a name, as it was.
   *
   * @param at where it is named
   * @param clause the moment
   * @throws SqlException where there is none, or it has no such moment
   */
  SourceTable resolve(List<String> path, SyntaxNode at, SyntaxNode clause) {
    AsOf moment = AtClause.moment(clause);
    try {
      EntityType type = find(path).orElseThrow(() -> unknown(path, at));
      Optional<Schema> then = types.schemaAsOf(type, moment);
      if (then.isEmpty()) {
        return atRef(type, moment, at, clause);
      }
      SourceTable past = SourceTable.past(type.name(), tableOf(type, at), then.get(), moment);
      sources.put(past.type(), past);
      used.put(type.name(), type);
      return past;
    } catch (NotFoundException | SourceException e) {
      throw new SqlException(
          ProblemKind.WRONG_VALUE, AtClause.place(clause), String.valueOf(e.getMessage()), e);
    }
  }

  /** What a definition reads at a branch or a tag, which it follows. */
  private SourceTable atRef(EntityType type, AsOf moment, SyntaxNode at, SyntaxNode clause) {
    if (!(moment instanceof AsOf.Ref ref)) {
      throw AtClause.inDefinition(clause);
    }
    EntityType there =
        (ref.isMain() ? Optional.of(type) : types.at(type, ref.name()))
            .orElseThrow(() -> AtClause.inDefinition(clause));
    used.put(type.name(), type);
    return source(there, at);
  }

  /**
   * The type of a table in FROM at the branch or tag that is named there, if one is; empty where
   * another moment is.
   */
  public Optional<EntityType> at(EntityType type, SyntaxNode table) {
    Optional<AsOf> moment = table.child("at_clause").map(AtClause::moment);
    if (moment.isEmpty()) {
      return Optional.of(type);
    }
    return moment.get() instanceof AsOf.Ref ref
        ? (ref.isMain() ? Optional.of(type) : types.at(type, ref.name()))
        : Optional.empty();
  }

  private static TableName tableOf(EntityType type, SyntaxNode at) {
    return type.table()
        .orElseThrow(
            () ->
                new SqlException(
                    ProblemKind.MISSING,
                    at.offset(),
                    "type %s has no $table to read".formatted(type.name())));
  }

  /** The type that a name means. */
  public Optional<EntityType> find(List<String> path) {
    if (path.size() == 1) {
      Optional<EntityType> exact = types.type(path.get(0));
      if (exact.isPresent()) {
        return exact;
      }
      List<String> alike =
          types.names().stream().filter(name -> name.equalsIgnoreCase(path.get(0))).toList();
      if (alike.size() == 1) {
        return types.type(alike.get(0));
      }
    }
    return tables.computeIfAbsent(path, types::table);
  }

  private SqlException unknown(List<String> path, SyntaxNode at) {
    String name = String.join(".", path);
    List<String> known = new ArrayList<>(types.names());
    types.names().forEach(other -> tableOf(other).ifPresent(known::add));
    String hint = Suggestions.didYouMean(name, known);
    if (hint.isEmpty() && path.size() == 1) {
      hint = "; write a table as namespace.table";
    }
    return new SqlException(
        ProblemKind.UNKNOWN_TYPE,
        at.offset(),
        "there is no table, view or type '%s'%s".formatted(name, hint));
  }

  /** The table of another type, for a suggestion: none of what cannot be resolved itself. */
  private Optional<String> tableOf(String type) {
    try {
      return types.type(type).flatMap(EntityType::table).map(TableName::toString);
    } catch (BergviewException unresolved) {
      return Optional.empty();
    }
  }
}
