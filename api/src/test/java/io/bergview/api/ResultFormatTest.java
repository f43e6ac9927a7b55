package io.bergview.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.query.QueryResult;
import io.bergview.query.ResultFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written of an answer that fails: never a document that looks complete. */
class ResultFormatTest {
  private static final int BYTES_BEFORE_THE_FAILURE = 10_000;

  @TempDir private static Path folder;
  private static Bergview bergview;

  @BeforeAll
  static void shop() {
    bergview = Projects.create(folder, "", Projects.in("types", Shop.entityTypes()));
    Shop.generate(bergview.catalog("lake"), new Shop.Options(0.05, 7), Progress.SILENT);
  }

  @AfterAll
  static void close() {
    bergview.close();
  }

  @ParameterizedTest
  @EnumSource
  void noOutputIsWrittenIfTheRowsCannotBeRead(ResultFormat form) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (QueryResult answer =
        bergview
            .find("Order")
            .groupBy()
            .compute("{s: {$sum: {$multiply: [order_id, 9223372036854775807]}}}")
            .answer()) {
      assertThatThrownBy(() -> form.write(answer, out))
          .isInstanceOfSatisfying(
              BergviewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERFLOW));
    }
    String written = out.toString(StandardCharsets.UTF_8);
    if (form == ResultFormat.JSON_WITH_ORIGIN) {
      assertThat(written).endsWith("\"rows\": ");
    } else {
      assertThat(written).isEmpty();
    }
  }

  /** Fails once, and would take more after that. */
  private static final class FailsOnce extends OutputStream {
    private long written;
    private boolean failed;
    private long afterTheFailure;

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (failed) {
        afterTheFailure += length;
      } else if (written + length > BYTES_BEFORE_THE_FAILURE) {
        failed = true;
        throw new IOException("No space left on device");
      }
      written += length;
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingMoreIsWrittenOnceWritingHasFailed(ResultFormat form) {
    FailsOnce out = new FailsOnce();
    try (QueryResult answer = bergview.find("Order").answer()) {
      assertThatThrownBy(() -> form.write(answer, out))
          .isInstanceOf(IOException.class)
          .hasMessage("No space left on device");
    }
    assertThat(out.failed).isTrue();
    assertThat(out.afterTheFailure).isZero();
  }
}
