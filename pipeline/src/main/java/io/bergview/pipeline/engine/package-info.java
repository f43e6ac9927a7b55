/** What computes views: the seam between the algebra of refreshes and the engine that runs it. */
@NullMarked
package io.bergview.pipeline.engine;

import org.jspecify.annotations.NullMarked;
