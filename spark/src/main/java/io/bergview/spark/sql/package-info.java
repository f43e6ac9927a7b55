/** Spark SQL of plans, and of the functions that they call. */
@NullMarked
package io.bergview.spark.sql;

import org.jspecify.annotations.NullMarked;
