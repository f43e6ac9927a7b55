package io.bergview.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bergview.catalog.CatalogSettings.CatalogType;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  private static final CatalogSettings CATALOG =
      new CatalogSettings(
          "prod",
          CatalogType.JDBC,
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
  void theSecretsOfAUriAreKnownWhereverTheyTurnUp() {
    Secrets secrets =
        secrets(
            "uri", "jdbc:postgresql://ann:p%40ss%2Fword@db/lake?user=ann&sslpassword=hunter%3D9",
            "s3.endpoint", "http://minio:wine-cellar@127.0.0.1:9000?sig=a%2Bb%2Bcd",
            "azure", "Endpoint=sb://x/;SharedAccessKey=abcd1234=;EntityPath=e");
    for (String said :
        List.of(
            "ann:p%40ss%2Fword@db refused",
            "password p%40ss%2Fword",
            "password p@ss/word",
            "password p%40ss%2fword",
            "hunter%3D9 and hunter=9",
            "no minio:wine-cellar@127.0.0.1",
            "signature a%2Bb%2Bcd or a+b+cd",
            "key abcd1234=",
            "Basic " + base64("ann:p@ss/word") + " and " + base64("minio:wine-cellar"))) {
      assertThat(secrets.mask(said))
          .contains("***")
          .doesNotContain("p%40ss", "p@ss", "hunter", "wine", "a%2Bb", "a+b", "abcd1234")
          .doesNotContain(base64("ann:p@ss/word"), base64("minio:wine-cellar"));
    }
  }

  @Test
  void partsOfASecretAreSecret() {
    Secrets secrets =
        secrets(
            "header.Authorization", "Bearer hunter88",
            "credential", "id:hunter77 /+x",
            "sasl.jaas.config",
                "org.x.PlainLoginModule required username=\"bob\" password=\"hunter99\";");
    assertThat(secrets.mask("Forbidden: hunter88")).isEqualTo("Forbidden: ***");
    assertThat(secrets.mask("client_id=id&client_secret=hunter77+%2F%2Bx"))
        .doesNotContain("hunter");
    assertThat(secrets.mask("bob is hunter99")).isEqualTo("bob is ***");
  }

  @Test
  void whatLooksLikeASecretInAnyTextIsHidden() {
    assertThat(Secrets.maskUris("https://a.blob/x?sv=1&sig=abc%3D&se=2"))
        .isEqualTo("https://a.blob/x?sv=1&sig=***&se=2");
    assertThat(Secrets.maskUris("s3://b/k?X-Amz-Signature=abc&X-Amz-Date=1"))
        .isEqualTo("s3://b/k?X-Amz-Signature=***&X-Amz-Date=1");
    assertThat(Secrets.maskUris("jdbc:x://u:p@ss@h/d")).isEqualTo("jdbc:x://***@h/d");
    assertThat(Secrets.maskUris("jdbc:x://u:p/ss?#@h/d")).isEqualTo("jdbc:x://***@h/d");
    assertThat(Secrets.maskUris("jdbc:oracle:thin:scott/tiger@//h:1521/s"))
        .isEqualTo("jdbc:oracle:thin:***@//h:1521/s");
    assertThat(Secrets.maskUris("password=\"a b\" user=bob")).isEqualTo("password=*** user=bob");
  }

  @Test
  void namesAndRowsOfUsersStayWhereASecretIsAnOrdinaryWord() throws Exception {
    Secrets secrets = secrets("token", "orders");
    String json =
        """
        {"view":"orders","columns":[{"name":"orders","comment":"orders"}],"key":["orders"],
         "message":"orders refused","location":"s3://b/orders","error":"no orders",
         "examples":[{"key":{"orders":"orders"}}]}\
        """;
    assertThat(Secrets.masked(new ObjectMapper().readTree(json), secrets::mask))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"view":"orders","columns":[{"name":"orders","comment":"***"}],"key":["orders"],
                     "message":"*** refused","location":"s3://b/***","error":"no ***",
                     "examples":[{"key":{"orders":"orders"}}]}\
                    """));
  }

  @Test
  void aSecretInBase64InJsonOrWithEscapedCharactersIsHidden() {
    Secrets secrets = secrets("token", "hunter\u001b\"22");
    for (String said :
        List.of("hunter\\u001b\"22", "hunter\\u001B\\\"22", base64("hunter\u001b\"22"))) {
      assertThat(secrets.mask("no " + said + " here")).isEqualTo("no *** here");
    }
  }

  @Test
  void messagesAreMaskedThenMadePrintableAndBounded() {
    Secrets secrets = secrets("token", "hunter\u001b22");
    assertThat(secrets.displayText("no hunter\u001b22 or \u001b[2J\u202e"))
        .isEqualTo("no *** or \\u001b[2J\\u202e");
    assertThat(secrets.displayText("x".repeat(3_995) + "hunter\u001b22" + "y".repeat(9_000)))
        .hasSizeLessThan(4_100)
        .doesNotContain("hunt");
  }

  @Test
  void whatIsNoSecretStays() {
    Secrets secrets = secrets("token-refresh-enabled", "true", "token-expires-in-ms", "3600000");
    for (String said :
        List.of(
            "it is true after 3600000 ms",
            "http://127.0.0.1:8710/views/a@b",
            "http://[::1]:8710/views/a@b",
            "s3://bucket/orders/design=1/a:b@c.parquet",
            "abfss://container@account.dfs.core.windows.net/w",
            "jdbc:postgresql://h1:5432,h2:5433/lake?user=a@b",
            "https://x/y?design=big&sort=-a")) {
      assertThat(secrets.mask(said)).isEqualTo(said);
    }
  }

  private static Secrets secrets(String... properties) {
    Map<String, String> map = new TreeMap<>();
    for (int i = 0; i < properties.length; i += 2) {
      map.put(properties[i], properties[i + 1]);
    }
    return Secrets.of(List.of(new CatalogSettings("prod", CatalogType.JDBC, map)), List.of());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
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
        .doesNotContain("hunter");
  }

  /** With a pattern that looks at the same characters repeatedly this would take hours. */
  @ParameterizedTest
  @Timeout(60)
  @ValueSource(
      strings = {
        "-",
        "a.",
        "a-token-",
        "?",
        "?token",
        "&key",
        "token",
        "token='",
        "//",
        "://a:b",
        "://",
        "jdbc:oracle:thin:",
        "bearer ",
        "'",
        "?a=b&",
        "\""
      })
  void textOfAnyLengthIsLookedThroughOnce(String part) {
    String text = part.repeat(50_000);
    Secrets none = Secrets.of(List.of(), List.of());
    assertThat(none.displayText(text + " password=hunter2 ")).doesNotContain("hunter2");
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
