/** The sources of one refresh, held at the snapshots that they had when it began. */
@NullMarked
package io.bergview.refresh.pin;

import org.jspecify.annotations.NullMarked;
