/** Where catalogs say that tables stand, which moves with every commit by anybody. */
@NullMarked
package io.bergview.catalog.pointers;

import org.jspecify.annotations.NullMarked;
