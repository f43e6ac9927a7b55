/** Which files a table has taken already. */
@NullMarked
package io.bergview.imports.taken;

import org.jspecify.annotations.NullMarked;
