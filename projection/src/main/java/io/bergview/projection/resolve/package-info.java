/**
 * Name resolution: a definition checked against entity types and schemas becomes a {@link
 * io.bergview.projection.plan.ResolvedView}. Plans are values and know nothing of it.
 */
@NullMarked
package io.bergview.projection.resolve;

import org.jspecify.annotations.NullMarked;
