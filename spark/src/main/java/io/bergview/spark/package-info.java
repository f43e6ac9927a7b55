/** Views refreshed by Apache Spark. */
@NullMarked
package io.bergview.spark;

import org.jspecify.annotations.NullMarked;
