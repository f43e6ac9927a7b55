/** The text of queries in SQL as syntax trees. */
@NullMarked
package io.bergview.projection.syntax;

import org.jspecify.annotations.NullMarked;
