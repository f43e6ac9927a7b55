/** Recomputing a view: pinned sources, one query into files, one commit with lineage. */
@NullMarked
package io.bergview.refresh.full;

import org.jspecify.annotations.NullMarked;
