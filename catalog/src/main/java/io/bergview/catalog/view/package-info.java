/**
 * The registry of views. A view exists only in its Iceberg table: its definition in the table's
 * properties, its lineage in the table's snapshots.
 */
@NullMarked
package io.bergview.catalog.view;

import org.jspecify.annotations.NullMarked;
