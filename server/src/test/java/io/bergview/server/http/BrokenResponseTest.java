package io.bergview.server.http;

import static io.bergview.server.http.RawClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.bergview.api.Bergview;
import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.server.http.StoppingTest.Stopping;
import io.bergview.server.states.StatePoller;
import io.bergview.settings.ListenSettings;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Rows that fail, before and after a part of them was sent. */
class BrokenResponseTest {
  private static final byte[] LINE = "0123456789abcdef\n".getBytes(StandardCharsets.US_ASCII);

  @TempDir private Path folder;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private Bergview bergview;
  private StatePoller scan;
  private Server server;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(folder.resolve("bergview.yaml"), "");
    bergview = Bergview.open(folder);
    scan =
        new StatePoller(bergview::listViews, bergview::getViewState, List.of(), Clock.systemUTC());
    Responses replies = new Responses(bergview.project().secrets());
    server =
        Server.start(
            new Service(bergview, new Stopping(), () -> "", scan, Clock.systemUTC()),
            new ListenSettings("127.0.0.1", 0, Optional.empty()),
            new Workers(Duration.ofSeconds(2)),
            routes -> {
              routes.get("/rows/{count}", replies.guarded(request -> rows(request, true)));
              routes.get(
                  "/rows-then-failure/{count}",
                  replies.guarded(
                      request -> {
                        rows(request, false);
                        throwIfAny();
                      }));
            });
    log.start();
    root().addAppender(log);
  }

  private void rows(Context request, boolean failing) throws IOException {
    int count = Integer.parseInt(request.pathParam("count"));
    Responses.rows(
        request,
        "text/csv",
        out -> {
          for (int i = 0; i < count; i++) {
            out.write(LINE);
          }
          if (failing) {
            throwIfAny();
          }
        });
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  @AfterEach
  void stop() {
    root().detachAppender(log);
    server.close();
    scan.close();
    bergview.close();
  }

  private void throwIfAny() throws IOException {
    Throwable thrown = failure.get();
    if (thrown instanceof IOException e) {
      throw e;
    } else if (thrown instanceof RuntimeException e) {
      throw e;
    } else if (thrown instanceof Error e) {
      throw e;
    }
  }

  private List<String> warnings() {
    return log.list.stream()
        .filter(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void manyRowsThatDoNotFailComeWhole() throws IOException {
    RawClient.Reply reply = RawClient.ask(server.url(), request("GET /rows/100000", ""));
    assertThat(reply.whole()).isTrue();
    assertThat(reply.body()).hasSize(100_000 * LINE.length);
    assertThat(warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Connection: close", "Accept-Encoding: gzip", "TE: trailers"})
  void anAnswerThatFailsOnItsWayHasNoEndAndIsLogged(String header) throws IOException {
    for (Throwable thrown :
        List.of(
            new DataException(ErrorCode.OVERFLOW, "too large"),
            new IOException("disk"),
            new IllegalStateException("defect"),
            new StackOverflowError())) {
      failure.set(thrown);
      log.list.clear();
      try (RawClient client = new RawClient(server.url())) {
        client.send(
            header.isEmpty()
                ? request("GET /rows/100000", "")
                : request("GET /rows/100000", "", header));
        RawClient.Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.headers()).containsEntry("transfer-encoding", "chunked");
        assertThat(reply.whole()).isFalse();
        assertThat(reply.body()).isNotEmpty().matches("(?s)[0-9a-f\n]*");
        assertThat(client.isClosedByServer()).isTrue();
      }
      assertThat(warnings())
          .singleElement()
          .asString()
          .startsWith("The answer to GET /rows/100000 broke off: ");
    }
  }

  @Test
  void anAnswerWithoutChunksIsResetWhereItFails() throws IOException {
    failure.set(new DataException(ErrorCode.OVERFLOW, "too large"));
    URI uri = URI.create(server.url());
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket
          .getOutputStream()
          .write(
              "GET /rows/100000 HTTP/1.0\r\nHost: localhost\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void whatFailsBeforeAnythingWasSentIsAnError() throws IOException {
    failure.set(new DataException(ErrorCode.OVERFLOW, "too large"));
    for (String path : List.of("/rows/0", "/rows/1", "/rows/1000", "/rows-then-failure/1000")) {
      RawClient.Reply reply = RawClient.ask(server.url(), request("GET " + path, ""));
      assertThat(reply.status()).isEqualTo(422);
      assertThat(reply.code()).isEqualTo("OVERFLOW");
      assertThat(reply.whole()).isTrue();
      assertThat(reply.headers()).containsKey("content-length");
    }
  }

  @Test
  void nothingIsAppendedToAnAnswerAfterItsLastRow() throws IOException {
    failure.set(new DataException(ErrorCode.OVERFLOW, "too large"));
    RawClient.Reply reply =
        RawClient.ask(server.url(), request("GET /rows-then-failure/100000", ""));
    assertThat(reply.whole()).isFalse();
    assertThat(reply.body()).matches("(?s)[0-9a-f\n]*");
  }

  @Test
  void aDisconnectedClientCausesNoWarning() throws Exception {
    try (RawClient client = new RawClient(server.url())) {
      client.send(request("GET /rows/10000000", ""));
    }
    try (RawClient client = new RawClient(server.url())) {
      client.send(request("GET /health", ""));
      assertThat(client.reply().status()).isEqualTo(200);
    }
    Thread.sleep(500);
    assertThat(warnings()).isEmpty();
  }
}
