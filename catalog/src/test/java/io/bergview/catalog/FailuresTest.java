package io.bergview.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailuresTest {
  private static BergviewException translated(RuntimeException failure) {
    return Failures.translate(
        failure, "read table a.b", "file:/lake", Secrets.of(List.of(), List.of()));
  }

  /** A damaged manifest lets its reader meet a null. */
  @Test
  void whatReadersOfDamagedFilesEndInIsNotShown() {
    BergviewException shown =
        translated(
            new IllegalStateException(
                new NullPointerException("Cannot invoke \"java.lang.Integer.intValue()\"")));
    assertThat(shown.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
    assertThat(shown)
        .hasMessage(
            "Cannot read table a.b at file:/lake: it failed (what is stored there is not as it"
                + " should be)");
  }

  @Test
  void othersSayWhatTheyAreAbout() {
    assertThat(translated(new IllegalStateException("disk is gone")))
        .hasMessage("Cannot read table a.b at file:/lake: it failed (disk is gone)");
  }
}
