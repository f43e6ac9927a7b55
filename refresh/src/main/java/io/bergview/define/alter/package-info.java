/** Changing registered views: what a change costs, and making it. */
@NullMarked
package io.bergview.define.alter;

import org.jspecify.annotations.NullMarked;
