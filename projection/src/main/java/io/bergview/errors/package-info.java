/** What can go wrong, by whose blame, each with a stable code that docs/errors.md explains. */
@NullMarked
package io.bergview.errors;

import org.jspecify.annotations.NullMarked;
