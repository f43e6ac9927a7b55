/** Examples of functions, for the engines that compute them. */
@NullMarked
package io.bergview.projection.function;

import org.jspecify.annotations.NullMarked;
