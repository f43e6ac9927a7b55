/** What Prometheus is told. */
@NullMarked
package io.bergview.server.metrics;

import org.jspecify.annotations.NullMarked;
