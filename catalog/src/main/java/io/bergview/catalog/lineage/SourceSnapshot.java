package io.bergview.catalog.lineage;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.TableName;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * One table as a refresh read it.
 *
 * @param table as the definition names it
 * @param uuid of the table, so that a table dropped and made again is known as another
 * @param snapshotId {@link #NONE} where the table had no snapshot
 * @param direct whether the definition itself reads it; a base table of a view that the definition
 *     reads is not direct
 * @param columns what was read, by path; empty for a table that is not direct
 */
public record SourceSnapshot(
    TableName table,
    String uuid,
    long snapshotId,
    boolean direct,
    Map<String, UsedColumn> columns) {
  /** Means "no snapshot yet". */
  public static final long NONE = -1;

  public SourceSnapshot {
    requireNonNull(table, "table is null");
    requireNonNull(uuid, "uuid is null");
    columns = Collections.unmodifiableMap(new TreeMap<>(columns));
  }
}
