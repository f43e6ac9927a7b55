package io.bergview.pipeline;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import org.jspecify.annotations.Nullable;

/** {@link DuckDbSession#cancel()} was called or the thread interrupted; nothing was committed. */
public final class CancelledException extends BergviewException {
  private static final long serialVersionUID = 1L;

  public CancelledException(@Nullable Throwable cause) {
    super(ErrorCode.CANCELLED, "The work was cancelled; nothing was committed.", cause);
  }
}
