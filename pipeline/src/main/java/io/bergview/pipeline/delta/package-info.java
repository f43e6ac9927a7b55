/** The rows that a source lost and gained, from a source delta to tables of the session. */
@NullMarked
package io.bergview.pipeline.delta;

import org.jspecify.annotations.NullMarked;
