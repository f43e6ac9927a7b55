/** DuckDB in this process: its session, its memory, its errors as ours, Arrow in and out. */
@NullMarked
package io.bergview.pipeline;

import org.jspecify.annotations.NullMarked;
