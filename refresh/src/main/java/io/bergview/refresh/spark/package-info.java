/** Refreshes by Apache Spark: its driver as a process, and what is said to it. */
@NullMarked
package io.bergview.refresh.spark;

import org.jspecify.annotations.NullMarked;
