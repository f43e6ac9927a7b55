/** A Hive metastore for tests. */
package io.bergview.interop.hive;
