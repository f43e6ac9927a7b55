/**
 * The rows deleted from a source and inserted into it: from a source delta to tables of the
 * session.
 */
@NullMarked
package io.bergview.pipeline.delta;

import org.jspecify.annotations.NullMarked;
