package io.bergview.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.bergview.api.Bergview;
import io.bergview.api.BergviewOptions;
import io.bergview.catalog.Secrets;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.Printable;
import io.bergview.refresh.RefreshProgress;
import io.bergview.server.events.LineageEvents;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;

/** A command. What it throws becomes an error message and an exit code. */
abstract class ProjectCommand implements Callable<Integer> {
  private static final Duration TO_CANCEL = Duration.ofSeconds(10);

  private final BergviewCommand root;

  ProjectCommand(BergviewCommand root) {
    this.root = root;
  }

  /** Does it. */
  abstract ExitCode run() throws Exception;

  @Override
  public final Integer call() throws Exception {
    return run().number();
  }

  final BergviewCommand root() {
    return root;
  }

  final Console console() {
    return root.console();
  }

  final boolean json() {
    return root.json();
  }

  /** Whether progress may be drawn. */
  final boolean drawsProgress() {
    return console().errIsTerminal() && !root.json() && !root.quiet();
  }

  /** Text for display, secrets hidden. */
  final void print(String text) {
    console().out().println(root.masked(text));
  }

  /**
   * Text with rows in it, or in a form that masking could break; its messages are masked before.
   */
  final void printAsIs(String text) {
    console().out().println(text);
  }

  final void print(JsonNode json) {
    console().out().println(Secrets.masked(json, root::masked).toPrettyString());
  }

  /** A remark that is not part of the output. */
  final void remark(String line) {
    if (!root.quiet() && !root.json()) {
      console().out().flush();
      console().err().println(Printable.line(root.masked(line)));
    }
  }

  /** Asks on a terminal; anywhere else the answer is no. */
  final boolean confirmed(String question) throws IOException {
    if (!console().errIsTerminal() || json()) {
      return false;
    }
    console().err().print(root.masked(question) + " [y/N] ");
    console().err().flush();
    String line =
        new BufferedReader(new InputStreamReader(console().in(), StandardCharsets.UTF_8))
            .readLine();
    return line != null && line.strip().toLowerCase(Locale.ROOT).matches("y|yes");
  }

  /** Opens the project, does something with it, closes it. */
  final <T> T withProject(ProjectAction<T> work) throws Exception {
    return withProject(RefreshProgress.SILENT, work);
  }

  /** As {@link #withProject(ProjectAction)}, progress of refreshes being heard. */
  final <T> T withProject(RefreshProgress progress, ProjectAction<T> work) throws Exception {
    try (Bergview bergview =
        Bergview.open(root.directory(), new BergviewOptions(console().clock(), progress))) {
      root.hide(bergview.project().secrets());
      RunningProject.RunningTask running =
          new RunningProject.RunningTask(bergview::cancel, TO_CANCEL);
      RunningProject.began(running);
      try {
        return work.on(bergview);
      } finally {
        RunningProject.ended(running);
      }
    }
  }

  /**
   * As {@link #withProject(RefreshProgress, ProjectAction)}, with its refreshes reported to
   * OpenLineage receivers.
   */
  final <T> T refreshing(RefreshProgress progress, ProjectAction<T> work) throws Exception {
    return withProject(
        progress,
        bergview -> {
          Optional<LineageEvents> events = LineageEvents.listenTo(bergview, console().clock());
          try {
            return work.on(bergview);
          } finally {
            events.ifPresent(LineageEvents::close);
          }
        });
  }

  /** Something to do with an open project. */
  @FunctionalInterface
  interface ProjectAction<T> {
    T on(Bergview bergview) throws Exception;
  }
}
