/** What happened to a source between two snapshots, as whole files, from metadata alone. */
@NullMarked
package io.bergview.staleness.delta;

import org.jspecify.annotations.NullMarked;
