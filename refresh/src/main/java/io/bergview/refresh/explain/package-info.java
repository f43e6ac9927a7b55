/** What a view is, where its rows come from, and what a refresh would do now: for display. */
@NullMarked
package io.bergview.refresh.explain;

import org.jspecify.annotations.NullMarked;
