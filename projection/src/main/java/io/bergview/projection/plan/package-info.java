/**
 * A view resolved against schemas: a tree of relational operators with typed expressions, the
 * output columns, the sources.
 */
@NullMarked
package io.bergview.projection.plan;

import org.jspecify.annotations.NullMarked;
