/** Watching tables for commits by anybody, and wanting the views refreshed that read them. */
@NullMarked
package io.bergview.upkeep.stream;

import org.jspecify.annotations.NullMarked;
