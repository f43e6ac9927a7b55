/** Runs tasks in the background that must never block a refresh. */
@NullMarked
package io.bergview.server.states;

import org.jspecify.annotations.NullMarked;
