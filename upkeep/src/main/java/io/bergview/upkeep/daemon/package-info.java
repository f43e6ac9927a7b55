/** All of upkeep together, for as long as a process runs. */
@NullMarked
package io.bergview.upkeep.daemon;

import org.jspecify.annotations.NullMarked;
