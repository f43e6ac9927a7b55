/** Files that are imported: how they are found, identified and opened. */
@NullMarked
package io.bergview.imports.source;

import org.jspecify.annotations.NullMarked;
