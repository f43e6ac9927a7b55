/** Views in SQL as definitions of the view language. */
@NullMarked
package io.bergview.projection.yaml;

import org.jspecify.annotations.NullMarked;
