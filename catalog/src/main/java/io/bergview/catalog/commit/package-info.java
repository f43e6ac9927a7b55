/** What became of commits to the tables of a catalog. */
@NullMarked
package io.bergview.catalog.commit;

import org.jspecify.annotations.NullMarked;
