/** The namespaces of the project's catalogs: listed, made, renamed, protected and dropped. */
@NullMarked
package io.bergview.catalog.namespace;

import org.jspecify.annotations.NullMarked;
