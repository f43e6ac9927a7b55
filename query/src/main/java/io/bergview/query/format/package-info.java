/** Rows as text for display and machines. */
@NullMarked
package io.bergview.query.format;

import org.jspecify.annotations.NullMarked;
