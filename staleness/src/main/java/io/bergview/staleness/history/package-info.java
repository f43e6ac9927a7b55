/** What happened to a view: commits to its table, and refreshes that failed. */
@NullMarked
package io.bergview.staleness.history;

import org.jspecify.annotations.NullMarked;
