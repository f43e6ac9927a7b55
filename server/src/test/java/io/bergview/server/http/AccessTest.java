package io.bergview.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.settings.ListenSettings;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
  private static final String TOKEN = "0123456789abcdef";

  private static Access access(String address, String token) {
    return Access.to(new ListenSettings(address, 0, Optional.ofNullable(token)));
  }

  private static void refused(ErrorCode code, ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(BergviewException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
  void anAddressThatOthersReachNeedsAToken(String address) {
    refused(ErrorCode.TOKEN_NEEDED, () -> access(address, null));
    assertThatCode(() -> access(address, TOKEN)).doesNotThrowAnyException();
  }

  @Test
  void aShortTokenIsRefusedWithoutBeingShown() {
    assertThatThrownBy(() -> access("127.0.0.1", "hunter2"))
        .hasMessageContaining("at least 16")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void anInvalidAddressIsReported() {
    refused(ErrorCode.ADDRESS_UNAVAILABLE, () -> access("no.such.host.invalid", null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "localhost:8710", "127.0.0.1:1", "[::1]:8710", "LOCALHOST"})
  void withoutATokenThisMachinesOwnNamesAreAnswered(String host) {
    assertThatCode(() -> access("127.0.0.1", null).check(false, host, null))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example:8710",
        "127.0.0.1.evil.example",
        "localhost@evil.example",
        "192.168.1.1",
        "",
        "a b"
      })
  void withoutATokenOtherNamesAreRefusedEvenWhereEverythingIsOpen(String host) {
    refused(ErrorCode.HOST_REFUSED, () -> access("127.0.0.1", null).check(true, host, null));
  }

  @Test
  void withoutAHostNothingIsAnswered() {
    refused(ErrorCode.HOST_REFUSED, () -> access("127.0.0.1", null).check(false, null, null));
  }

  @Test
  void tokenIsRequiredLocallyTooAndReplacesTheHostCheck() {
    Access access = access("127.0.0.1", TOKEN);
    refused(ErrorCode.TOKEN_NEEDED, () -> access.check(false, "localhost", null));
    refused(ErrorCode.TOKEN_NEEDED, () -> access.check(false, "localhost", "Bearer wrong"));
    refused(ErrorCode.TOKEN_NEEDED, () -> access.check(false, "localhost", "Basic " + TOKEN));
    refused(
        ErrorCode.TOKEN_NEEDED, () -> access.check(false, "localhost", "Bearer " + TOKEN + "0"));
    assertThatCode(
            () -> {
              access.check(false, "views.example.com", "Bearer " + TOKEN);
              access.check(false, "views.example.com", "bearer " + TOKEN);
              access.check(true, "views.example.com", null);
            })
        .doesNotThrowAnyException();
  }
}
