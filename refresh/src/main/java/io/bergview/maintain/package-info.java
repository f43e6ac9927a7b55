/** Keeping the tables of views small: old snapshots, unreferenced files, small files, deletes. */
@NullMarked
package io.bergview.maintain;

import org.jspecify.annotations.NullMarked;
