package io.bergview.cli;

import io.bergview.cli.shell.CompletionShell;
import io.bergview.errors.ErrorCode.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code completion}. */
@Command(
    name = "completion",
    header = {"Print the script for completion in a shell.", ""},
    description = {
      "Prints a script with which a shell completes commands and options, and the names of the"
          + " views and entity types that the files of the project define. A package installs the"
          + " scripts itself."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview completion bash > ~/.local/share/bash-completion/completions/bergview",
      "  bergview completion zsh > ~/.zfunc/_bergview       a folder of fpath, before compinit",
      "  bergview completion fish > ~/.config/fish/completions/bergview.fish",
      "  . <(bergview completion bash)                      for this shell only"
    })
final class CompletionCommand extends ProjectCommand {
  @Parameters(paramLabel = "bash|zsh|fish", description = "The shell.")
  private CompletionShell shell = CompletionShell.BASH;

  CompletionCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() {
    console().out().print(shell.script(root().commandLine()));
    return ExitCode.DONE;
  }
}
