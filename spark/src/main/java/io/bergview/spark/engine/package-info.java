/** The engine that runs refreshes on a Spark session. */
@NullMarked
package io.bergview.spark.engine;

import org.jspecify.annotations.NullMarked;
