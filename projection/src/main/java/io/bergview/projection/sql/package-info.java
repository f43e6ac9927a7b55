/** Logical plans as SQL text. Knows dialects, runs nothing. */
@NullMarked
package io.bergview.projection.sql;

import org.jspecify.annotations.NullMarked;
