/**
 * What the user declares: entity types and views, as values. Names are still paths; nothing is
 * resolved against a schema.
 */
@NullMarked
package io.bergview.projection.definition;

import org.jspecify.annotations.NullMarked;
