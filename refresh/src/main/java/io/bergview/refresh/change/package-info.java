/** What a change of some of a view's rows does to the files of its table. */
@NullMarked
package io.bergview.refresh.change;

import org.jspecify.annotations.NullMarked;
