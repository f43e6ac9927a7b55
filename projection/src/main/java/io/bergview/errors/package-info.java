/** The errors, by kind of cause, each with a stable code that docs/errors.md explains. */
@NullMarked
package io.bergview.errors;

import org.jspecify.annotations.NullMarked;
