/** Routing: whether a view covers a query, and how the result is read from it. */
@NullMarked
package io.bergview.projection.route;

import org.jspecify.annotations.NullMarked;
