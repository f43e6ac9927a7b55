/** Asking a view: the question, who answers it, the answer. */
@NullMarked
package io.bergview.query;

import org.jspecify.annotations.NullMarked;
