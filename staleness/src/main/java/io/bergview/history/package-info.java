/** What happened to a view: commits to its table, and refreshes that failed. */
@NullMarked
package io.bergview.history;

import org.jspecify.annotations.NullMarked;
