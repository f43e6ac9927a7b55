/** Imported rows as files of a table, and their one commit. */
@NullMarked
package io.bergview.imports.write;

import org.jspecify.annotations.NullMarked;
