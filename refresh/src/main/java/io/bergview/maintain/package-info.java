/** Keeping the tables of views small: old snapshots, files nobody uses, small files, deletes. */
@NullMarked
package io.bergview.maintain;

import org.jspecify.annotations.NullMarked;
