package io.bergview.imports.parquet;

import org.apache.iceberg.types.Type;

/**
 * How a column of a file is read.
 *
 * @param type of its values, that of a table which holds all of them
 * @param sql the value of a row of DuckDB's reader, {@code r}, as what the file means
 * @param nanoseconds whether it holds times of nanoseconds, of which a table holds whole
 *     microseconds only
 */
record ColumnReading(Type type, String sql, boolean nanoseconds) {}
