package io.bergview.server.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A response that can be aborted after a part of it was sent. Its client must not mistake the part
 * for the whole: a streamed response is always sent in chunks, and the connection is closed without
 * the last one. A response without chunks, to an HTTP/1.0 client, ends with its connection, which
 * is then reset instead of closed.
 */
final class BreakableResponse extends Response.Wrapper {
  private static final String ATTRIBUTE = BreakableResponse.class.getName();
  private static final Logger LOG = LoggerFactory.getLogger(BreakableResponse.class);

  private volatile boolean broken;

  private BreakableResponse(Request request, Response response) {
    super(request, response);
  }

  /** The answer to a request, which the request knows from then on. */
  static BreakableResponse of(Request request, Response response) {
    BreakableResponse breakable = new BreakableResponse(request, response);
    request.setAttribute(ATTRIBUTE, breakable);
    return breakable;
  }

  /** The attribute of a request that has its answer. */
  static String attribute() {
    return ATTRIBUTE;
  }

  /** Nothing more is sent: neither what is buffered nor an end. */
  void breakOff() {
    broken = true;
    ConnectionMetaData connection = getRequest().getConnectionMetaData();
    if (!hasChunks(connection)
        && connection.getConnection().getEndPoint().getTransport()
            instanceof SocketChannel socket) {
      try {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
      } catch (IOException e) {
        LOG.debug("The connection is closed already", e);
      }
    }
  }

  private static boolean hasChunks(ConnectionMetaData connection) {
    return connection.getHttpVersion().getVersion() >= HttpVersion.HTTP_1_1.getVersion();
  }

  @Override
  public void write(boolean last, ByteBuffer content, Callback callback) {
    if (broken) {
      callback.failed(new EOFException("the answer broke off"));
      return;
    }
    if (!last
        && !isCommitted()
        && !getHeaders().contains(HttpHeader.CONTENT_LENGTH)
        && hasChunks(getRequest().getConnectionMetaData())) {
      getHeaders().put(HttpHeader.TRANSFER_ENCODING, HttpHeaderValue.CHUNKED.asString());
    }
    super.write(last, content, callback);
  }
}
