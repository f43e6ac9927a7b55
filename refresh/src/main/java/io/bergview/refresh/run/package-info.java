/** Refreshing views: in dependency order, planned again after a conflict. */
@NullMarked
package io.bergview.refresh.run;

import org.jspecify.annotations.NullMarked;
