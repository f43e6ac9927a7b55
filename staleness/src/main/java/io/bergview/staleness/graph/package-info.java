/**
 * What views are derived from and what is derived from them, drawn as a graph: from metadata alone.
 */
@NullMarked
package io.bergview.staleness.graph;

import org.jspecify.annotations.NullMarked;
