package io.bergview.cli.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** A request as it is put together: whatever is in it goes out as it is. */
final class RawRequest {
  String method = "GET";
  String target = "/";
  String version = "HTTP/1.1";
  final List<String> headers = new ArrayList<>();
  byte[] body = new byte[0];
  boolean lengthGiven;
  boolean cut;
  int cutAt;
  boolean token = true;

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(target).append(' ').append(version).append("\r\n");
    headers.forEach(header -> head.append(header).append("\r\n"));
    if (!lengthGiven && (body.length > 0 || method.equals("POST"))) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    head.append("\r\n");
    bytes.writeBytes(head.toString().getBytes(UTF_8));
    bytes.writeBytes(body);
    byte[] all = bytes.toByteArray();
    return cut ? java.util.Arrays.copyOf(all, Math.floorMod(cutAt, all.length)) : all;
  }

  /** Whether the client has nothing more to send, and says so. */
  boolean halfClosed() {
    return cut || lengthGiven;
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  /** Whether no answer may be given for want of a token. */
  boolean wantsToken() {
    return !token && !target.startsWith("/health") && !target.startsWith("/ready");
  }

  @Override
  public String toString() {
    return new String(bytes(), ISO_8859_1);
  }
}
