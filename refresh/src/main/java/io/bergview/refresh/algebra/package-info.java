/** What a change of the sources does to a view, as logical plans: which rows, which groups. */
@NullMarked
package io.bergview.refresh.algebra;

import org.jspecify.annotations.NullMarked;
