/**
 * What a view's data is derived from: the record in each snapshot's summary, its text form, and how
 * to find the current one.
 */
@NullMarked
package io.bergview.catalog.lineage;

import org.jspecify.annotations.NullMarked;
