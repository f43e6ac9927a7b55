/** A view's rows as data files, laid out as its definition asks. */
@NullMarked
package io.bergview.refresh.write;

import org.jspecify.annotations.NullMarked;
