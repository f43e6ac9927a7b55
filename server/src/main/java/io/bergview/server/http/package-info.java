/** What is answered over HTTP. */
@NullMarked
package io.bergview.server.http;

import org.jspecify.annotations.NullMarked;
