/** Whether a view still says what its sources say: its lineage against now, from metadata alone. */
@NullMarked
package io.bergview.staleness;

import org.jspecify.annotations.NullMarked;
