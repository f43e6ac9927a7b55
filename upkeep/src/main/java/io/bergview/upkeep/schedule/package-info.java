/** When the views that have a schedule are due, and who says so. */
@NullMarked
package io.bergview.upkeep.schedule;

import org.jspecify.annotations.NullMarked;
