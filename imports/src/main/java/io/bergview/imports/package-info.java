/** Files of other systems as rows of Iceberg tables: planned, taken once, committed at once. */
@NullMarked
package io.bergview.imports;

import org.jspecify.annotations.NullMarked;
