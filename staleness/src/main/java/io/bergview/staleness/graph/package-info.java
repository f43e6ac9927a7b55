/** What views are made from and what is made from them, drawn as a graph: from metadata alone. */
@NullMarked
package io.bergview.staleness.graph;

import org.jspecify.annotations.NullMarked;
