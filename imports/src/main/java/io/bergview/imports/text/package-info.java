/** Rows of CSV and NDJSON files, and what types their texts may have. */
@NullMarked
package io.bergview.imports.text;

import org.jspecify.annotations.NullMarked;
