package io.bergview.catalog.lineage;

/** Keys of the snapshot summary of a view's table. All values are text. */
public final class SummaryKeys {
  /** JSON as the Iceberg materialized-view draft shapes it. */
  public static final String REFRESH_STATE = "refresh-state";

  /** JSON: per source what the draft has no room for. */
  public static final String SOURCES = "bergview.sources";

  public static final String REFRESH_ID = "bergview.refresh-id";
  public static final String REFRESH_KIND = "bergview.refresh-kind";
  public static final String REASON = "bergview.reason";
  public static final String MESSAGE = "bergview.message";
  public static final String ROWS_ADDED = "bergview.rows-added";
  public static final String ROWS_REMOVED = "bergview.rows-removed";
  public static final String BYTES_WRITTEN = "bergview.bytes-written";
  public static final String DURATION_MILLIS = "bergview.duration-ms";

  /** Of an appending view: the instant of its last batch, in ISO 8601. */
  public static final String BATCH = "bergview.batch";

  /** The version of the definition that held when the snapshot was made. */
  public static final String DEFINITION_VERSION = "bergview.definition-version";

  /**
   * What a snapshot that changed no row changed: {@link #CHANGE_DEFINITION} or {@link
   * #CHANGE_FILES}.
   */
  public static final String CHANGE = "bergview.change";

  /** The snapshot is empty; the definition changed with it. */
  public static final String CHANGE_DEFINITION = "definition";

  /** Files or manifests were rewritten by Bergview's own maintenance. */
  public static final String CHANGE_FILES = "files";

  /** Unique to one attempt of maintenance to rewrite files; the names of its files carry it. */
  public static final String COMPACTION_ID = "bergview.compaction-id";

  private SummaryKeys() {}
}
