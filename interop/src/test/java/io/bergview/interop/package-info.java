/** Bergview's tables and answers held against engines that others wrote. */
@NullMarked
package io.bergview.interop;

import org.jspecify.annotations.NullMarked;
