package io.bergview.refresh.explain;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.RefreshSettings.Policy;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.ColumnOrigins;
import java.util.List;
import org.apache.iceberg.Schema;

/**
 * The provenance of a view, for tracing data from table to table.
 *
 * @param definition canonical JSON
 * @param output the view's table, with its visible columns
 * @param inputs the tables that the definition reads, each once; missing ones are left out
 * @param origins tables in it are named as in {@code inputs}
 */
public record ViewProvenance(
    String view,
    Policy policy,
    String definition,
    Dataset output,
    List<Dataset> inputs,
    ColumnOrigins origins) {
  /**
   * A table at one moment.
   *
   * @param table with its catalog, where that is not the default one
   * @param catalog the name of its catalog
   * @param location where its files are
   * @param snapshotId -1 for none
   */
  public record Dataset(
      TableName table, String catalog, String location, Schema schema, long snapshotId) {
    public Dataset {
      requireNonNull(table, "table is null");
      requireNonNull(catalog, "catalog is null");
      requireNonNull(location, "location is null");
      requireNonNull(schema, "schema is null");
    }
  }

  public ViewProvenance {
    requireNonNull(view, "view is null");
    requireNonNull(policy, "policy is null");
    requireNonNull(definition, "definition is null");
    requireNonNull(output, "output is null");
    inputs = List.copyOf(inputs);
    requireNonNull(origins, "origins is null");
  }
}
