package io.bergview.errors;

import org.jspecify.annotations.Nullable;

/**
 * A data, delete or metadata file of a pinned snapshot is gone, most likely because the snapshot
 * has expired since it was planned: plan again rather than fail.
 */
public final class MissingFileException extends BergviewException {
  private static final long serialVersionUID = 1L;
  private final String what;

  public MissingFileException(String what, @Nullable Throwable cause) {
    super(
        ErrorCode.SOURCE_SNAPSHOT_EXPIRED,
        "A file of a pinned snapshot no longer exists: "
            + what
            + ". Its snapshot has probably expired; refresh again, or keep snapshots longer.",
        cause);
    this.what = what;
  }

  /** The file, or what was said of it. */
  public String what() {
    return what;
  }
}
