/**
 * Bergview in Java: {@link io.bergview.api.Bergview} has the verbs of the command line. What it
 * returns are values of the rooms below: definitions ({@code io.bergview.define}), states ({@code
 * io.bergview.staleness}), refreshes ({@code io.bergview.refresh}), answers ({@code
 * io.bergview.query}). What it throws is a {@link io.bergview.errors.BergviewException} with a
 * stable code.
 */
@NullMarked
package io.bergview.api;

import org.jspecify.annotations.NullMarked;
