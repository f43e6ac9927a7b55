/** The rows of a query as data files of an Iceberg table, not yet committed. */
@NullMarked
package io.bergview.pipeline.sink;

import org.jspecify.annotations.NullMarked;
