package io.bergview.staleness;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import java.util.List;

/** Views that form a cycle: refused at definition, so that only forged definitions do. */
final class CircularViews {
  private CircularViews() {}

  /**
   * @param path the views that were followed, each read by the one before
   * @param again the view among them that the last one reads
   */
  static StorageException failure(List<String> path, String again) {
    String circle = String.join(" -> ", path.subList(path.indexOf(again), path.size()));
    return new StorageException(
        ErrorCode.FORMAT_UNSUPPORTED,
        "The stored definitions of views form a cycle: %s -> %s; none of them can be computed. Apply a definition that does not read the others"
            .formatted(circle, again));
  }
}
