/** A project that is served: kept fresh, watched, steered over HTTP. */
@NullMarked
package io.bergview.server;

import org.jspecify.annotations.NullMarked;
