package io.bergview.pipeline.sink;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/**
 * Where data files go and what they must look like. Explicit values rather than a table, which may
 * be about to evolve.
 *
 * @param schema columns of the files, by position those of the query
 * @param spec how files are partitioned
 * @param sortOrder the order of rows in a file; unsorted for none
 * @param properties the table's {@code write.metadata.metrics.*} settings count
 */
public record FileTarget(
    Schema schema,
    PartitionSpec spec,
    SortOrder sortOrder,
    LocationProvider locations,
    FileIO io,
    Map<String, String> properties) {
  public FileTarget {
    requireNonNull(schema, "schema is null");
    requireNonNull(spec, "spec is null");
    requireNonNull(sortOrder, "sortOrder is null");
    requireNonNull(locations, "locations is null");
    requireNonNull(io, "io is null");
    properties = Map.copyOf(properties);
  }

  /** A table in its current state. */
  public static FileTarget of(Table table) {
    return new FileTarget(
        table.schema(),
        table.spec(),
        table.sortOrder(),
        table.locationProvider(),
        table.io(),
        table.properties());
  }

  MetricsConfig metrics() {
    return MetricsConfig.from(properties, schema, sortOrder);
  }
}
