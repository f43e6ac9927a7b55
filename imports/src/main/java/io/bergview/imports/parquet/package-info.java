/**
 * Parquet files that are imported: their columns, and how they become files of a table as they are.
 */
@NullMarked
package io.bergview.imports.parquet;

import org.jspecify.annotations.NullMarked;
