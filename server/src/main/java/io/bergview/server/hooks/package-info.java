/** What is done when something happens to a view. */
@NullMarked
package io.bergview.server.hooks;

import org.jspecify.annotations.NullMarked;
