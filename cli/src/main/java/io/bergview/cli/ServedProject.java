package io.bergview.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.api.Bergview;
import io.bergview.api.BergviewOptions;
import io.bergview.catalog.Project;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.refresh.RefreshProgress;
import io.bergview.server.Serving;
import io.bergview.settings.ListenSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The project of a {@code serve}, from its start to its end. */
final class ServedProject {
  /** What closing takes beyond the refreshes that run. */
  private static final Duration TO_CLOSE = Duration.ofSeconds(30);

  private final ProjectCommand command;
  private final Optional<String> address;
  private final Optional<Integer> port;

  ServedProject(ProjectCommand command, Optional<String> address, Optional<Integer> port) {
    this.command = command;
    this.address = address;
    this.port = port;
  }

  /**
   * @param time after which it stops by itself
   */
  ExitCode run(boolean listens, LogFormat format, Optional<Duration> time) throws Exception {
    BergviewCommand root = command.root();
    try (Bergview bergview =
        Bergview.open(
            root.directory(),
            new BergviewOptions(root.console().clock(), RefreshProgress.SILENT))) {
      Project project = bergview.project();
      root.hide(project.secrets());
      Logs.ofService(format, root.verbose(), root::masked);
      CountDownLatch end = new CountDownLatch(1);
      RunningProject.RunningTask work =
          new RunningProject.RunningTask(
              end::countDown, project.serve().stopTimeout().plus(TO_CLOSE));
      RunningProject.began(work);
      try (Serving serving =
          Serving.start(
              bergview,
              root.console().clock(),
              listens ? Optional.of(listen(project.serve().listen())) : Optional.empty())) {
        printAddress(project.directory(), serving.url());
        if (time.isPresent()) {
          boolean told = end.await(time.get().toMillis(), TimeUnit.MILLISECONDS);
          command.remark(told ? "Stopping" : "Time limit reached; stopping");
        } else {
          end.await();
          command.remark("Stopping");
        }
        int cancelled = serving.stop();
        command.remark(cancelled == 0 ? "Stopped" : "Stopped; refreshes cancelled: " + cancelled);
      } finally {
        RunningProject.ended(work);
        Logs.ofCommand();
      }
    }
    return ExitCode.DONE;
  }

  private ListenSettings listen(ListenSettings configured) {
    return new ListenSettings(
        address.orElse(configured.address()), port.orElse(configured.port()), configured.token());
  }

  private void printAddress(Path project, Optional<String> url) {
    if (command.json()) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("project", project.toString());
      json.put("url", url.orElse(null));
      command.console().out().println(json);
    } else {
      command.print(
          url.map(where -> "Serving %s at %s".formatted(project, where))
              .orElse("Serving %s without HTTP".formatted(project)));
    }
    StandardOutput out = command.console().standardOutput();
    out.flush();
    try {
      out.check();
    } catch (BrokenPipe nobodyReads) {
      // It serves all the same.
    }
  }
}
