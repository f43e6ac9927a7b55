/** What an import is asked for. */
@NullMarked
package io.bergview.imports.options;

import org.jspecify.annotations.NullMarked;
