/** Refreshing views: in dependency order, planned again where somebody else was first. */
@NullMarked
package io.bergview.refresh.run;

import org.jspecify.annotations.NullMarked;
