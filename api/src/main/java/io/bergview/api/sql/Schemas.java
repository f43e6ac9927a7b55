package io.bergview.api.sql;

import static io.bergview.api.sql.TableResult.FLAG;
import static io.bergview.api.sql.TableResult.NUMBER;

import io.bergview.catalog.namespace.ListedNamespace;
import io.bergview.catalog.namespace.NamespaceDrop;
import io.bergview.catalog.namespace.NamespaceName;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.projection.statement.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Statements about namespaces, which SQL calls schemas. */
final class Schemas {
  private final SqlOperations operations;

  Schemas(SqlOperations operations) {
    this.operations = operations;
  }

  SqlResult create(Statement.CreateSchema statement) {
    try {
      String made =
          operations.createNamespace(statement.name().path()).stream()
              .map(NamespaceName::shown)
              .collect(Collectors.joining(", "));
      return new SqlResult.Message("created " + made, List.of());
    } catch (ConflictException e) {
      if (statement.ifNotExists() && e.code() == ErrorCode.NAMESPACE_EXISTS) {
        return new SqlResult.Message(
            "schema %s exists, nothing was done".formatted(statement.name()), List.of());
      }
      throw e;
    }
  }

  SqlResult drop(Statement.DropSchema statement) {
    String name = statement.name().path();
    try {
      NamespaceDrop dropped =
          statement.cascade()
              ? operations.dropNamespaceWithContents(name)
              : operations.dropNamespace(name);
      List<String> details = new ArrayList<>();
      dropped.views().forEach(view -> details.add("view " + view));
      dropped.tables().forEach(table -> details.add("table " + table));
      dropped.engineViews().forEach(view -> details.add("view of another engine " + view));
      return new SqlResult.Message("dropped " + dropped.name().shown(), details);
    } catch (NotFoundException e) {
      if (statement.ifExists() && e.code() == ErrorCode.NAMESPACE_NOT_FOUND) {
        return new SqlResult.Message(
            "there is no schema %s, nothing was done".formatted(statement.name()), List.of());
      }
      throw e;
    }
  }

  SqlResult show(Statement.ShowSchemas statement) {
    TableResult table =
        new TableResult()
            .columns("schema")
            .column("tables", NUMBER)
            .column("views", NUMBER)
            .column("protected", FLAG);
    String[] catalogs =
        statement.catalog().map(name -> new String[] {name.toString()}).orElse(new String[0]);
    for (ListedNamespace listed : operations.listNamespaces(catalogs)) {
      table.row(
          listed.name().shown(),
          (long) listed.tables(),
          (long) listed.views(),
          listed.keptFromDrops());
    }
    return table.build();
  }
}
