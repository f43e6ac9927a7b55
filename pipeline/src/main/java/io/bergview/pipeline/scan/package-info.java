/**
 * A pinned snapshot of an Iceberg table, or some of its files, as a relation inside the session.
 */
@NullMarked
package io.bergview.pipeline.scan;

import org.jspecify.annotations.NullMarked;
