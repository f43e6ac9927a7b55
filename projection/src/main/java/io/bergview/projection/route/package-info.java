/** Whether a view holds what a query asks for, and how it is read from there. */
@NullMarked
package io.bergview.projection.route;

import org.jspecify.annotations.NullMarked;
