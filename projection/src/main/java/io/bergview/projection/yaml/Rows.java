package io.bergview.projection.yaml;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.Join;
import io.bergview.projection.definition.Predicate;
import io.bergview.projection.definition.ViewDefinition.Unnest;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Type;

/** What FROM and WHERE give, as far as the language says it by paths and a filter. */
interface Rows {
  /** The type, view or table that the rows begin with. */
  String root();

  /** The path along which rows are multiplied. */
  Optional<Unnest> unnest();

  /** What is joined along no relation, in its order. */
  List<Join> joins();

  /** That rows of inner joins were found. */
  List<Predicate> matched();

  /** The conditions that the paths do not say, over paths. */
  List<SyntaxNode> conditions();

  /** The columns of the root that a view without {@code $select} shows. */
  List<String> rootColumns();

  /** The columns of the root that tell rows apart; empty where none do. */
  List<String> key();

  /** An expression with paths for its columns; what names no column stays. */
  SyntaxNode withPaths(SyntaxNode node);

  /** Whether a node with paths is a column by its path. */
  boolean isColumn(SyntaxNode node);

  /** The type of a column that was named by its path. */
  Type type(List<String> path);

  /** Whether a column is known by its name here. */
  boolean has(List<String> name);

  /**
   * The columns that a star stands for.
   *
   * @param star without REPLACE and the like
   */
  List<Column> columns(SyntaxNode star);

  /** A column by its name, and what it is over paths. */
  record Column(String name, SyntaxNode value) {
    public Column {
      requireNonNull(name, "name is null");
      requireNonNull(value, "value is null");
    }
  }
}
