/**
 * Queries in SQL as logical plans: names are resolved, values typed, subqueries joined.
 *
 * <p>{@link io.bergview.projection.query.QueryBinder} takes a query apart; the classes beside it
 * bind its parts: what FROM names, expressions, aggregates and windows, subqueries.
 */
@NullMarked
package io.bergview.projection.query;

import org.jspecify.annotations.NullMarked;
