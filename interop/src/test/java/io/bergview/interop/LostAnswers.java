package io.bergview.interop;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The way to a server of a catalog, on which a message gets lost once, whatever its protocol. */
public final class LostAnswers implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int LONGEST_WAIT_SECONDS = 30;

  /**
   * @param request how its first bytes look
   * @param arrives whether the server gets it, so that only its answer is lost
   * @param instead what is answered before the connection is cut
   * @param meanwhile happens before the client notices
   */
  public record Loss(Pattern request, boolean arrives, String instead, Runnable meanwhile) {}

  private final int server;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Loss> next = new AtomicReference<>();

  private final Semaphore happened = new Semaphore(0);

  private LostAnswers(int server, ServerSocket listener) {
    this.server = server;
    this.listener = listener;
  }

  /**
   * @param server its port on the loopback
   */
  public static LostAnswers before(int server) throws IOException {
    LostAnswers way =
        new LostAnswers(server, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    daemon(way::accept);
    return way;
  }

  public int port() {
    return listener.getLocalPort();
  }

  public void loseNext(Loss loss) {
    next.set(loss);
  }

  /** Waits until what was to be lost is, and what happens meanwhile has. */
  public void awaitLoss() {
    try {
      if (!happened.tryAcquire(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("nothing was lost");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "lost-answers");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        open.add(client);
        daemon(() -> requests(client));
      }
    } catch (IOException closed) {
      return;
    }
  }

  private void requests(Socket client) {
    try (client;
        Socket upstream = new Socket(InetAddress.getLoopbackAddress(), server)) {
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      open.add(upstream);
      AtomicReference<@Nullable Loss> loses = new AtomicReference<>();
      daemon(() -> answers(upstream, client, loses));
      byte[] buffer = new byte[BUFFER_BYTES];
      InputStream in = client.getInputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        Loss loss = next.get();
        String text = new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
        if (loss != null && loss.request().matcher(text).find() && next.compareAndSet(loss, null)) {
          if (!loss.arrives()) {
            loss.meanwhile().run();
            happened.release();
            return;
          }
          loses.set(loss);
        }
        upstream.getOutputStream().write(buffer, 0, read);
      }
    } catch (IOException broken) {
      // Whoever is at the other end sees it.
    } finally {
      open.remove(client);
    }
  }

  private void answers(Socket upstream, Socket client, AtomicReference<@Nullable Loss> loses) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (client) {
      InputStream in = upstream.getInputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        Loss loss = loses.get();
        if (loss != null) {
          loss.meanwhile().run();
          happened.release();
          client.getOutputStream().write(loss.instead().getBytes(StandardCharsets.US_ASCII));
          return;
        }
        client.getOutputStream().write(buffer, 0, read);
      }
    } catch (IOException broken) {
      // Whoever is at the other end sees it.
    } finally {
      open.remove(upstream);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
