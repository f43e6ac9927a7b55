/** Views that audit themselves: compared with a recompute of what they were made from. */
@NullMarked
package io.bergview.verify;

import org.jspecify.annotations.NullMarked;
