/** Refreshes at the cost of what changed: deltas read, the algebra run, the difference written. */
@NullMarked
package io.bergview.refresh.incremental;

import org.jspecify.annotations.NullMarked;
