/** Files that the snapshot of a table names and that are not there, or not whole. */
@NullMarked
package io.bergview.staleness.damage;

import org.jspecify.annotations.NullMarked;
