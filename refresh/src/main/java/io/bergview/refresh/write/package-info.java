/** A view's rows as data files, with the layout of its definition. */
@NullMarked
package io.bergview.refresh.write;

import org.jspecify.annotations.NullMarked;
