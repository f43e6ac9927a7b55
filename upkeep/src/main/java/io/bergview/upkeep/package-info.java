/** Keeping views fresh unattended: schedules, the watched streams, and the queue of refreshes. */
@NullMarked
package io.bergview.upkeep;

import org.jspecify.annotations.NullMarked;
