/**
 * The tables of the catalogs: which there are, what is known of each, which entity types they
 * suggest, and how types that exist differ from their tables.
 */
@NullMarked
package io.bergview.discover;

import org.jspecify.annotations.NullMarked;
