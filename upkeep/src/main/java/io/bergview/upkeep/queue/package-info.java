/** The work that waits, who does it, and what becomes of work that fails. */
@NullMarked
package io.bergview.upkeep.queue;

import org.jspecify.annotations.NullMarked;
