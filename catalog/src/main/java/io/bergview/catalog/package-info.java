/** Where things are: the project on disk, its settings, its named Iceberg catalogs. */
@NullMarked
package io.bergview.catalog;

import org.jspecify.annotations.NullMarked;
