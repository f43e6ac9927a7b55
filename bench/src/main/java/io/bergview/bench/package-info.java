/** Benchmarks. Each has a main method, prints a table, and asserts nothing. */
@NullMarked
package io.bergview.bench;

import org.jspecify.annotations.NullMarked;
