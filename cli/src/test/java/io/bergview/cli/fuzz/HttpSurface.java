package io.bergview.cli.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bergview.api.Bergview;
import io.bergview.cli.fuzz.ValidQueries.Query;
import io.bergview.server.Serving;
import io.bergview.settings.ListenSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests, byte by byte as a client may send them. */
final class HttpSurface implements Surface {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3})[^\r\n]*\r\n");
  private static final Pattern ERROR =
      Pattern.compile("(?s)\\s*\\{\\s*\"code\"\\s*:\\s*\"[A-Z_]+\",\\s*\"message\"\\s*:\\s*\".*");
  private static final int PATIENCE_MILLIS = 5_000;

  private final ScratchProject project;
  private final Bergview bergview;
  private final Serving serving;
  private final InetSocketAddress address;
  private final List<Query> queries = ValidQueries.all();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final PrintStream errBefore = System.err;

  HttpSurface(Path folder) {
    project = ShopProject.create(folder, name());
    System.setErr(new PrintStream(log, true, UTF_8));
    bergview = Bergview.open(project.folder());
    serving =
        Serving.start(
            bergview,
            Clock.systemUTC(),
            Optional.of(new ListenSettings("127.0.0.1", 0, Optional.of(ScratchProject.TOKEN))));
    URI url = URI.create(serving.url().orElseThrow());
    address = new InetSocketAddress(url.getHost(), url.getPort());
  }

  /** What is done to a request. */
  enum Mutation {
    NOTHING,
    QUESTION,
    OTHER_METHOD,
    OTHER_PATH,
    ODD_PATH,
    UNKNOWN_PARAMETER,
    PARAMETER_TWICE,
    ODD_QUERY,
    WITHOUT_TOKEN,
    WRONG_TOKEN,
    ODD_HEADER,
    MANY_HEADERS,
    LONG_LINE,
    OTHER_VERSION,
    OTHER_CONTENT_TYPE,
    ODD_LENGTH,
    CUT_SHORT,
    BODY_TREE,
    BODY_TEXT,
    ODD_BYTES
  }

  @Override
  public String name() {
    return "http";
  }

  @Override
  public List<String> mutations() {
    return Arrays.stream(Mutation.values()).map(Enum::name).toList();
  }

  @Override
  public Shares shares() {
    return new Shares(25_000, 20, 12);
  }

  @Override
  public Case draw(long seed) {
    Chance chance = new Chance(name(), seed);
    Mutation mutation = chance.oneOf(Mutation.values());
    RawRequest request = new RawRequests(queries, ScratchProject.TOKEN, chance).draw(mutation);
    return new Case(mutation.name(), request.toString(), () -> send(request));
  }

  private Outcome send(RawRequest request) throws IOException {
    synchronized (log) {
      log.reset();
    }
    List<String> faults = new ArrayList<>();
    String answer = exchange(request.bytes(), request.halfClosed(), faults);
    Matcher status = STATUS.matcher(answer);
    if (!status.lookingAt()) {
      // Where bytes are missing nothing can be said but by ending the connection.
      if (!answer.isEmpty()) {
        faults.add("no HTTP: " + Printable.of(answer));
      }
      return new Outcome(Reached.SYNTAX, "", log(), faults);
    }
    int code = Integer.parseInt(status.group(1));
    int body = answer.indexOf("\r\n\r\n") + 4;
    String text = body < 4 ? "" : answer.substring(body);
    String head = answer.substring(0, body < 4 ? answer.length() : body - 4);
    if (code >= 500 && code != 503 && code != 505) {
      faults.add("status " + code + ": " + Printable.of(text));
    }
    if (code >= 400 && !request.isHead() && !ERROR.matcher(dechunked(text)).matches()) {
      faults.add("an error in another form: " + Printable.of(answer));
    }
    if (request.wantsToken() && code < 300) {
      faults.add("answered without the token");
    }
    checkAlive(faults);
    Reached reached =
        code < 400 ? Reached.DONE : code == 404 || code == 422 ? Reached.MEANING : Reached.SYNTAX;
    return code < 400
        ? new Outcome(reached, answer, log(), faults)
        : new Outcome(reached, "", head.replace("\r\n", "\n") + "\n" + text + log(), faults);
  }

  private static String dechunked(String text) {
    return text.replaceFirst("^[0-9a-fA-F]+\r\n", "");
  }

  private String log() {
    return log.toString(UTF_8);
  }

  /** All that comes back until the connection ends or nothing more comes. */
  private String exchange(byte[] request, boolean halfClosed, List<String> faults)
      throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(address, PATIENCE_MILLIS);
      socket.setSoTimeout(halfClosed ? PATIENCE_MILLIS * 6 : PATIENCE_MILLIS);
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      try {
        OutputStream out = socket.getOutputStream();
        out.write(request);
        out.flush();
        if (halfClosed) {
          socket.shutdownOutput();
        }
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[8_192];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          answer.write(buffer, 0, read);
        }
      } catch (SocketTimeoutException e) {
        faults.add("no end of the answer after " + PATIENCE_MILLIS + " ms");
      } catch (IOException e) {
        // The server has ended the connection; what came before that counts.
      }
      return answer.toString(UTF_8);
    }
  }

  private void checkAlive(List<String> faults) throws IOException {
    byte[] health = "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(UTF_8);
    if (!exchange(health, false, faults).startsWith("HTTP/1.1 200")) {
      faults.add("the server does not say that it lives");
    }
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  @Override
  public List<String> litter() throws IOException {
    return List.of();
  }

  @Override
  public void close() {
    try {
      serving.close();
      bergview.close();
    } finally {
      System.setErr(errBefore);
    }
  }
}
