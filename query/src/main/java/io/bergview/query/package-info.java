/** Asking a view: the query, who answers it, the answer. */
@NullMarked
package io.bergview.query;

import org.jspecify.annotations.NullMarked;
