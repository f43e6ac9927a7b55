/** The project on disk, its settings, and its named Iceberg catalogs. */
@NullMarked
package io.bergview.catalog;

import org.jspecify.annotations.NullMarked;
