/** Work that must hold up no refresh. */
@NullMarked
package io.bergview.server.states;

import org.jspecify.annotations.NullMarked;
