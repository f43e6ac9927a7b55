/** Metrics for Prometheus. */
@NullMarked
package io.bergview.server.metrics;

import org.jspecify.annotations.NullMarked;
