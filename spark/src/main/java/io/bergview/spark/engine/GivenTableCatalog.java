package io.bergview.spark.engine;

import java.util.Map;
import org.apache.iceberg.spark.SparkTableCache;
import org.apache.iceberg.spark.functions.SparkFunctions;
import org.apache.iceberg.spark.source.SparkRewriteTable;
import org.apache.spark.sql.catalyst.analysis.NoSuchFunctionException;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.connector.catalog.FunctionCatalog;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * The catalog by which SQL names {@link GivenTables}, with the functions that their partitioning
 * calls. Spark makes it, in the driver.
 */
public final class GivenTableCatalog implements TableCatalog, FunctionCatalog {
  private String name = "";

  @Override
  public void initialize(String catalogName, CaseInsensitiveStringMap options) {
    name = catalogName;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Table loadTable(Identifier ident) throws NoSuchTableException {
    org.apache.iceberg.Table table = SparkTableCache.get().get(ident.name());
    if (table == null) {
      throw new NoSuchTableException(ident);
    }
    return new GivenTable(new SparkRewriteTable(table, ident.name()), table.schema());
  }

  /** Iceberg's transforms, by which rows are distributed and sorted as a table says. */
  @Override
  public UnboundFunction loadFunction(Identifier ident) throws NoSuchFunctionException {
    UnboundFunction function = SparkFunctions.load(ident.name());
    if (function == null) {
      throw new NoSuchFunctionException(ident);
    }
    return function;
  }

  @Override
  public Identifier[] listFunctions(String[] namespace) {
    return SparkFunctions.list().stream()
        .map(function -> Identifier.of(namespace, function))
        .toArray(Identifier[]::new);
  }

  @Override
  public Identifier[] listTables(String[] namespace) {
    return new Identifier[0];
  }

  @Override
  @Deprecated
  public Table createTable(
      Identifier ident, StructType schema, Transform[] partitions, Map<String, String> properties) {
    throw new UnsupportedOperationException("tables are given, not created");
  }

  @Override
  public Table alterTable(Identifier ident, TableChange... changes) {
    throw new UnsupportedOperationException("tables are given, not altered");
  }

  @Override
  public boolean dropTable(Identifier ident) {
    return false;
  }

  @Override
  public void renameTable(Identifier oldIdent, Identifier newIdent) {
    throw new UnsupportedOperationException("tables are given, not renamed");
  }
}
