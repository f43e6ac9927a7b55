/**
 * Iceberg files as local files: those of a remote storage are fetched by byte ranges into a folder
 * that processes share.
 */
@NullMarked
package io.bergview.pipeline.cache;

import org.jspecify.annotations.NullMarked;
