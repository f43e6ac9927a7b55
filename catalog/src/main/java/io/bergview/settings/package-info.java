/** What {@code bergview.yaml} may say besides catalogs: one table of settings, and its reader. */
@NullMarked
package io.bergview.settings;

import org.jspecify.annotations.NullMarked;
