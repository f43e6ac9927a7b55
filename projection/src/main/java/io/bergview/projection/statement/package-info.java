/**
 * SQL statements: their heads are parsed here, the queries in them are kept as text. A definition
 * can be read from, and written as, the statement that creates its view.
 */
@NullMarked
package io.bergview.projection.statement;

import org.jspecify.annotations.NullMarked;
