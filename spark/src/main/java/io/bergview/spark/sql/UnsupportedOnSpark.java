package io.bergview.spark.sql;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import java.util.List;

/** A plan has something that Spark cannot compute with the same values. */
public final class UnsupportedOnSpark extends BergviewException {
  private static final long serialVersionUID = 1L;

  private final String what;

  /**
   * @param what {@code function soundex}
   */
  public UnsupportedOnSpark(String what) {
    super(
        ErrorCode.ENGINE_UNSUPPORTED,
        "Spark cannot compute %s as the embedded engine does; refresh with --engine embedded"
            .formatted(what),
        List.of(),
        null);
    this.what = what;
  }

  /** What it cannot compute. */
  public String what() {
    return what;
  }
}
