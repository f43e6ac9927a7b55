/**
 * From definition files to registered views: types, frozen columns, layout, what applying them
 * would change.
 */
@NullMarked
package io.bergview.define;

import org.jspecify.annotations.NullMarked;
