/** Views that audit themselves: compared with a recompute of what they are derived from. */
@NullMarked
package io.bergview.verify;

import org.jspecify.annotations.NullMarked;
