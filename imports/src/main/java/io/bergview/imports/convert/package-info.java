/**
 * Values of imported files as values of a table's columns, and the rows that cannot be converted.
 */
@NullMarked
package io.bergview.imports.convert;

import org.jspecify.annotations.NullMarked;
