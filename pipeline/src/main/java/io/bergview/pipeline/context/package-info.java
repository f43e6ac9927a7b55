/** What work on one project shares for as long as the project is open. */
@NullMarked
package io.bergview.pipeline.context;

import org.jspecify.annotations.NullMarked;
