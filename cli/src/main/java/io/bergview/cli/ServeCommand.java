package io.bergview.cli;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.UsageException;
import io.bergview.projection.text.Quantities;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code serve}. Its dependencies are loaded by no other command: see {@link ServedProject}. */
@Command(
    name = "serve",
    header = {"Keep the views fresh, with an HTTP API.", ""},
    description = {
      "Keeps all views fresh until it is stopped: streaming views whenever a table that they read"
          + " gets a commit, from any writer, scheduled views by their cron expression. Changes of"
          + " definitions are picked up. A failed refresh is retried with exponential backoff, then"
          + " given up until something new happens.",
      "",
      "The HTTP API listens on this machine only: a status page at /, /health, /ready and /metrics"
          + " for Kubernetes and Prometheus, and the output of the commands as JSON under /api/v1."
          + " Any other address needs a token, in the environment variable BERGVIEW_TOKEN.",
      "",
      "SIGTERM and Ctrl-C stop it: running refreshes may finish within serve.stop-timeout and are"
          + " then cancelled, for the next process to do. The log is on standard error."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview serve",
      "  bergview serve --port 0 --for 1m         any free port, for a minute",
      "  BERGVIEW_TOKEN=$(openssl rand -hex 32) bergview serve --address 0.0.0.0 --log-format json",
      "  curl -s localhost:8710/api/v1/status",
      "  curl -s -X POST -H 'Content-Type: application/json' -d '{\"wait\": \"30s\"}' \\",
      "      localhost:8710/api/v1/views/DailyRevenue/refresh"
    })
final class ServeCommand extends ProjectCommand {
  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      description =
          "Listen on this address. Default: serve.address of bergview.yaml, or 127.0.0.1.")
  private @Nullable String address;

  @Option(
      names = "--port",
      paramLabel = "N",
      description =
          "Listen on this port, 0 for any that is free. Default: serve.port of bergview.yaml, or"
              + " 8710.")
  private @Nullable Integer port;

  @Option(names = "--no-http", description = "Only keep the views fresh; do not listen.")
  private boolean noHttp;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text (default), or json: one object per line.")
  private LogFormat logFormat = LogFormat.TEXT;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "Stop after this time, such as 90s or 10m.")
  private @Nullable String time;

  ServeCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    if (noHttp && (address != null || port != null)) {
      throw new UsageException(
          ErrorCode.USAGE, "--no-http does not listen, so --address and --port have no effect");
    }
    if (port != null && (port < 0 || port > 65_535)) {
      throw new UsageException(
          ErrorCode.USAGE, "--port: there is no port " + port + "; ports are 0 to 65535");
    }
    return new ServedProject(this, Optional.ofNullable(address), Optional.ofNullable(port))
        .run(!noHttp, logFormat, Optional.ofNullable(time).map(ServeCommand::duration));
  }

  private static Duration duration(String text) {
    try {
      return Quantities.duration(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(ErrorCode.USAGE, "--for: " + e.getMessage(), e);
    }
  }
}
