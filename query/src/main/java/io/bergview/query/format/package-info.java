/** Rows as text for people and machines. */
@NullMarked
package io.bergview.query.format;

import org.jspecify.annotations.NullMarked;
