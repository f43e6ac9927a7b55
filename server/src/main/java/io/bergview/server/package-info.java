/** {@code serve}: what runs unattended, seen and steered from outside. */
@NullMarked
package io.bergview.server;

import org.jspecify.annotations.NullMarked;
