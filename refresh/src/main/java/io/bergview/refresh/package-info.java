/** Making views fresh: what a refresh will do and why, doing it, and committing it exactly once. */
@NullMarked
package io.bergview.refresh;

import org.jspecify.annotations.NullMarked;
