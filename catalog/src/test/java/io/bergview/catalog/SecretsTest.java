package io.bergview.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.CatalogSettings.Kind;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.junit.jupiter.api.Test;

class SecretsTest {
  private static final CatalogSettings CATALOG =
      new CatalogSettings(
          "prod",
          Kind.JDBC,
          Map.of(
              "uri", "jdbc:postgresql://bob:hunter22@db/lake?user=bob&password=hunter33",
              "jdbc.password", "hunter44",
              "s3.secret-access-key", "hunter55",
              "token", "hunter66",
              "credential", "id:hunter77",
              "header.Authorization", "Bearer hunter88",
              "warehouse", "s3://bucket/w"));

  @Test
  void settingsShowNoSecret() {
    assertThat(CATALOG.toString())
        .doesNotContain("hunter")
        .contains("s3://bucket/w", "jdbc:postgresql://***@db/lake?user=bob&password=***");
    assertThat(Secrets.masked(CATALOG.properties()))
        .containsEntry("jdbc.password", "***")
        .containsEntry("warehouse", "s3://bucket/w");
  }

  @Test
  void secretsInMessagesOfOthersAreHidden() {
    Secrets secrets = Secrets.of(List.of(CATALOG), List.of());
    assertThat(secrets.mask("driver says: login with hunter44 and id:hunter77 failed"))
        .isEqualTo("driver says: login with *** and *** failed");
    assertThat(secrets.mask("no driver for jdbc:x://u:pw@h/d;authToken=abc"))
        .isEqualTo("no driver for jdbc:x://***@h/d;authToken=***");
  }

  @Test
  void notEvenTheStackTraceShowsThem() {
    RuntimeException failure =
        new ForbiddenException(
            new IllegalStateException("token hunter66 is not allowed"), "Forbidden: hunter88");
    BergviewException shown =
        Failures.translate(
            failure,
            "read table a.b",
            CATALOG.properties().get("uri"),
            Secrets.of(List.of(CATALOG), List.of()));
    StringWriter trace = new StringWriter();
    shown.printStackTrace(new PrintWriter(trace));
    assertThat(shown.code()).isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(trace.toString())
        .contains("Cannot read table a.b", "ForbiddenException", "SecretsTest")
        .doesNotContain("hunter66", "hunter22", "hunter33");
  }

  @Test
  void aDatabaseThatRefusesTheUserIsNotUnreachable() {
    for (String state : List.of("28P01", "28000", "42501")) {
      assertThat(codeOf(new SQLException("refused", state))).isEqualTo(ErrorCode.ACCESS_DENIED);
    }
    assertThat(codeOf(new SQLException("gone", "08001"))).isEqualTo(ErrorCode.CATALOG_UNREACHABLE);
    assertThat(codeOf(new SQLException("gone"))).isEqualTo(ErrorCode.CATALOG_UNREACHABLE);
  }

  private static ErrorCode codeOf(SQLException failure) {
    return Failures.translate(
            new UncheckedSQLException(failure, "Cannot initialize JDBC catalog"),
            "open it",
            "here",
            Secrets.of(List.of(CATALOG), List.of()))
        .code();
  }
}
