package io.bergview.server.hooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bergview.settings.HookSettings;
import io.bergview.settings.HookSettings.Action;
import io.bergview.settings.ListenSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the program of a hook, or posts to its address. */
final class HookRunner {
  private static final Logger LOG = LoggerFactory.getLogger(HookRunner.class);
  private static final int MOST_OUTPUT = 4_096;
  private static final int ATTEMPTS = 3;
  private static final Duration BACKOFF = Duration.ofSeconds(1);

  private final Path directory;
  private final UnaryOperator<String> mask;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  HookRunner(Path directory, UnaryOperator<String> mask) {
    this.directory = directory;
    this.mask = mask;
  }

  /**
   * @return whether it succeeded; a failure is logged
   */
  boolean run(HookSettings hook, HookEvent event) {
    String problem;
    try {
      problem =
          hook.action() instanceof Action.Command command
              ? command(command, event, hook.timeout())
              : webhook((Action.Webhook) hook.action(), event, hook.timeout());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      problem = "the service is stopping";
    }
    if (!problem.isEmpty()) {
      LOG.warn(
          "The hook ({}) for {} of view {} failed: {}",
          mask.apply(hook.action().toString()),
          event.trigger().label(),
          event.view(),
          mask.apply(problem));
    }
    return problem.isEmpty();
  }

  /**
   * @return the failure; empty for success
   */
  private String command(Action.Command command, HookEvent event, Duration timeout)
      throws InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command.argv()).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().remove(ListenSettings.TOKEN_VARIABLE);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return "it cannot be started: " + e.getMessage();
    }
    CompletableFuture<String> output =
        CompletableFuture.supplyAsync(() -> beginning(process.getInputStream()));
    give(process, event);
    if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      return "it did not end within %d ms and was killed".formatted(timeout.toMillis());
    }
    String said = output.completeOnTimeout("", 1, TimeUnit.SECONDS).join();
    LOG.debug("Output of the hook: {}", mask.apply(said));
    return process.exitValue() == 0 ? "" : "it ended with exit code " + process.exitValue();
  }

  /** Whether the program reads it is its own affair. */
  private static void give(Process process, HookEvent event) {
    try (OutputStream in = process.getOutputStream()) {
      in.write((event.json() + "\n").getBytes(UTF_8));
    } catch (IOException e) {
      LOG.debug("The hook did not read its event: {}", e.getMessage());
    }
  }

  /** All is read, so that the program never waits; the beginning is kept. */
  private static String beginning(InputStream output) {
    try (output) {
      String kept = new String(output.readNBytes(MOST_OUTPUT), UTF_8);
      output.transferTo(OutputStream.nullOutputStream());
      return kept;
    } catch (IOException e) {
      return "";
    }
  }

  private String webhook(Action.Webhook webhook, HookEvent event, Duration timeout)
      throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(webhook.uri())
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(event.json().toString()));
    webhook.headers().forEach(request::setHeader);
    String problem = "";
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      if (attempt > 1) {
        Thread.sleep(BACKOFF.multipliedBy(attempt - 1L).toMillis());
      }
      try {
        HttpResponse<Void> answer = client.send(request.build(), BodyHandlers.discarding());
        if (answer.statusCode() / 100 == 2) {
          return "";
        }
        problem = "it answered with status " + answer.statusCode();
        if (answer.statusCode() / 100 != 5 && answer.statusCode() != 429) {
          return problem;
        }
      } catch (IOException e) {
        problem = unreachable(e);
      }
    }
    return problem;
  }

  private static String unreachable(IOException failure) {
    if (failure instanceof HttpTimeoutException) {
      return "it did not answer in time";
    }
    return failure instanceof ConnectException
        ? "it cannot be reached: connection refused"
        : "it cannot be reached: the connection broke off";
  }
}
