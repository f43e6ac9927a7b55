package io.bergview.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** The error that users see for a failed statement. */
class DuckDbErrorsTest {
  private static final String SQL = "SELECT c1 FROM secret_table";

  private static BergviewException of(String message) {
    return DuckDbErrors.translate(new SQLException(message), SQL);
  }

  @Test
  void theStatementIsAmongTheCausesOnly() {
    BergviewException failure =
        of("Binder Error: Referenced column \"c1\" not found\n\nLINE 1: SELECT c1 FROM s\n   ^");
    assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(failure.getMessage())
        .contains("Referenced column \"c1\" not found")
        .doesNotContain("SELECT", "LINE 1");
    assertThat(failure.getCause()).hasMessageContaining(SQL);
  }

  @Test
  void aNumberThatDoesNotFitIsAnOverflowWithoutInternalNames() {
    BergviewException failure =
        of(
            "Conversion Error: Failed to cast decimal value 18446744073709551614 to type INT64 when"
                + " casting from source column c2");
    assertThat(failure.code()).isEqualTo(ErrorCode.OVERFLOW);
    assertThat(failure)
        .hasMessage(
            "A value is out of range: Failed to cast decimal value 18446744073709551614 to type"
                + " long");
  }

  @Test
  void aStackTraceOfJavaIsNotPartOfTheMessage() {
    BergviewException failure =
        of(
            "Invalid Input Error: java.lang.ArithmeticException: bergview:OVERFLOW:the average 9"
                + " has more than 38 digits\n"
                + "\tat io.bergview.X.y(X.java:1)\n"
                + "\tat Z");
    assertThat(failure.code()).isEqualTo(ErrorCode.OVERFLOW);
    assertThat(failure).hasMessage("the average 9 has more than 38 digits");
  }

  @Test
  void dataThatLooksLikeAnErrorMessageIsNotTreatedAsOne() {
    assertThat(
            of("Conversion Error: Could not convert string 'bergview:NOTHING:x' to INT32").code())
        .isEqualTo(ErrorCode.VALUE_INVALID);
  }
}
