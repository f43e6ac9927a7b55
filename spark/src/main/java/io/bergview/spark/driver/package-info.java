/** The program that Spark's driver process runs: it takes tasks and reports how they end. */
@NullMarked
package io.bergview.spark.driver;

import org.jspecify.annotations.NullMarked;
