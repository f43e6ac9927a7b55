/** What was done to a view, as the snapshots of its table tell. */
@NullMarked
package io.bergview.staleness.history;

import org.jspecify.annotations.NullMarked;
