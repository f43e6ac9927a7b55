/** OpenLineage events. */
@NullMarked
package io.bergview.server.events;

import org.jspecify.annotations.NullMarked;
