package io.bergview.discover;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bergview.catalog.Catalogs;
import io.bergview.catalog.ProjectDefinitions;
import io.bergview.errors.DefinitionException;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables of all catalogs, and what could not be read.
 *
 * @param tables by catalog in the project's order, then by namespace and name
 */
public record TableListing(List<ListedTable> tables, List<UnreadableTable> unreadable) {
  public TableListing {
    tables = List.copyOf(tables);
    unreadable = List.copyOf(unreadable);
  }

  /**
   * Reads metadata only. Where the project's definitions are wrong, the tables are listed without
   * their types, and the result says why.
   *
   * @param patterns globs over {@code [catalog.]namespace.table}; none for all tables
   * @throws io.bergview.errors.NotFoundException {@code SOURCE_NOT_FOUND} where one matches none
   */
  public static TableListing of(Catalogs catalogs, List<String> patterns) {
    TableSearch.SearchResult found = TableSearch.of(catalogs, patterns);
    List<UnreadableTable> unreadable = new ArrayList<>(found.unreadable());
    KnownTypes types = KnownTypes.none();
    try {
      types = KnownTypes.of(ProjectDefinitions.read(catalogs.project()), catalogs);
    } catch (DefinitionException e) {
      unreadable.add(new UnreadableTable("types/", e));
    }
    List<ListedTable> tables = new ArrayList<>();
    for (FoundTable table : found.tables()) {
      tables.add(ListedTable.of(table, types));
    }
    return new TableListing(tables, unreadable);
  }

  /** How many have neither a type nor hold a view. */
  public long withoutType() {
    return tables.stream().filter(t -> t.types().isEmpty() && t.view().isEmpty()).count();
  }

  /** For machines: an array. */
  public ArrayNode toJson() {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    tables.forEach(table -> json.add(table.toJson()));
    return json;
  }
}
