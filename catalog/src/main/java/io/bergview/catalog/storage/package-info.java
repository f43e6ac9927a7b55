/** Files: local storage without Hadoop, the lock of local Hadoop catalogs, and what lies where. */
@NullMarked
package io.bergview.catalog.storage;

import org.jspecify.annotations.NullMarked;
