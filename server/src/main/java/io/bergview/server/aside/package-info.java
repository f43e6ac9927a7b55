/** Work that must hold up no refresh. */
@NullMarked
package io.bergview.server.aside;

import org.jspecify.annotations.NullMarked;
