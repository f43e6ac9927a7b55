package io.bergview.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A connection on which any bytes are sent, and answers are read as strictly as HTTP has them. */
final class RawClient implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;

  RawClient(String url) throws IOException {
    URI uri = URI.create(url);
    socket = new Socket(uri.getHost(), uri.getPort());
    socket.setSoTimeout(60_000);
    in = new java.io.BufferedInputStream(socket.getInputStream());
  }

  /**
   * @param whole whether the body came to the end that the headers promised
   */
  record Reply(int status, Map<String, String> headers, String body, boolean whole) {
    JsonNode json() {
      try {
        return JsonMapper.builder().build().readTree(body);
      } catch (IOException e) {
        throw new AssertionError("no JSON: " + body, e);
      }
    }

    String code() {
      return json().path("code").asText();
    }

    String message() {
      return json().path("message").asText();
    }
  }

  /** One request on a connection of its own. */
  static Reply ask(String url, String request) throws IOException {
    try (RawClient client = new RawClient(url)) {
      client.send(request);
      return client.reply();
    }
  }

  /** A request with these lines before its empty line, and this body. */
  static String request(String line, String body, String... headers) {
    StringBuilder text = new StringBuilder(line).append(" HTTP/1.1\r\nHost: localhost\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    return text.append("\r\n").append(body).toString();
  }

  /** A POST of JSON. */
  static String post(String path, String body) {
    return request(
        "POST " + path,
        body,
        "Content-Type: application/json",
        "Content-Length: " + body.getBytes(UTF_8).length);
  }

  void send(String text) throws IOException {
    send(text.getBytes(UTF_8));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** Says that nothing more is sent. */
  void endOfRequest() throws IOException {
    socket.shutdownOutput();
  }

  /** The next answer to a request that is no HEAD. */
  Reply reply() throws IOException {
    return reply(true);
  }

  Reply reply(boolean withBody) throws IOException {
    String first = line();
    while (first.startsWith("HTTP/1.1 100")) {
      line();
      first = line();
    }
    if (!first.startsWith("HTTP/1.")) {
      throw new AssertionError("no answer: '" + first + "'");
    }
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int status = Integer.parseInt(first.split(" ")[1]);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    boolean whole = !withBody || body(status, headers, body);
    return new Reply(status, headers, body.toString(UTF_8), whole);
  }

  private boolean body(int status, Map<String, String> headers, ByteArrayOutputStream body)
      throws IOException {
    if (status == 204 || status == 304) {
      return true;
    }
    try {
      if ("chunked".equals(headers.get("transfer-encoding"))) {
        for (int size = size(line()); size > 0; size = size(line())) {
          copy(size, body);
          line();
        }
        line();
        return true;
      }
      if (headers.containsKey("content-length")) {
        copy(Integer.parseInt(headers.get("content-length")), body);
        return true;
      }
      in.transferTo(body);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int size(String line) {
    return Integer.parseInt(line.strip(), 16);
  }

  private void copy(int length, ByteArrayOutputStream body) throws IOException {
    for (int i = 0; i < length; i++) {
      body.write(next());
    }
  }

  private int next() throws IOException {
    int b = in.read();
    if (b < 0) {
      throw new EOFException("the connection is closed");
    }
    return b;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = next(); b != '\n'; b = next()) {
      line.write(b);
    }
    return line.toString(ISO_8859_1).stripTrailing();
  }

  /** Whether the server has closed the connection, without anything more. */
  boolean isClosedByServer() throws IOException {
    try {
      return in.read() < 0;
    } catch (java.net.SocketException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
