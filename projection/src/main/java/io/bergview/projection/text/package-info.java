/**
 * Documents in JSON, JSON5 and YAML as trees whose every node knows its path, line and column.
 * Knows nothing of what the documents mean.
 */
@NullMarked
package io.bergview.projection.text;

import org.jspecify.annotations.NullMarked;
