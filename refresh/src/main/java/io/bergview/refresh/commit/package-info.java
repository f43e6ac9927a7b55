/** The commit of a refresh: rows, lineage and its mirror in one snapshot, exactly once. */
@NullMarked
package io.bergview.refresh.commit;

import org.jspecify.annotations.NullMarked;
