package io.bergview.staleness.delta;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.apache.iceberg.DeleteFile;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a delete file. One Puffin file holds many deletion vectors, so its location alone
 * does not distinguish them.
 *
 * @param offset where a deletion vector starts in its file; null for other deletes
 */
record DeleteKey(String location, @Nullable Long offset) {
  static DeleteKey of(DeleteFile file) {
    return new DeleteKey(file.location(), file.contentOffset());
  }

  static Set<DeleteKey> of(Collection<DeleteFile> files) {
    Set<DeleteKey> keys = new HashSet<>();
    files.forEach(file -> keys.add(of(file)));
    return keys;
  }
}
