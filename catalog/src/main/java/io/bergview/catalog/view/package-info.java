/**
 * The registry of views. A view lives in its Iceberg table and nowhere else: its definition in the
 * table's properties, its lineage in the table's snapshots.
 */
@NullMarked
package io.bergview.catalog.view;

import org.jspecify.annotations.NullMarked;
