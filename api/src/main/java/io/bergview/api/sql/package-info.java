/** SQL statements over a project: each runs as the command that does the same. */
@NullMarked
package io.bergview.api.sql;

import org.jspecify.annotations.NullMarked;
