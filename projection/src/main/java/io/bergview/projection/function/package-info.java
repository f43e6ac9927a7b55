/** The functions and operators of SQL: their types, their null rules, and what they become. */
@NullMarked
package io.bergview.projection.function;

import org.jspecify.annotations.NullMarked;
