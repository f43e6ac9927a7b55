package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bergview.define.DefinePlan;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.NotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code defineView}. */
@Command(
    name = "defineView",
    aliases = {"define-view", "registerView", "register-view"},
    header = {"Register or alter the views of one file.", ""},
    description = {
      "Registers the views of one file, or alters them if they are registered. The"
          + " file may be anywhere; entity types are read from types/ and from the file itself."
          + " No data is read or written; refreshView does that."
    },
    footerHeading = "%nExample:%n",
    footer = {"  bergview defineView -f views/DailyRevenue.yaml"})
final class DefineViewCommand extends ProjectCommand {
  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "JSON, JSON5, YAML or SQL.")
  private Path file = Path.of("");

  DefineViewCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    Path path = console().resolve(file);
    if (!Files.isRegularFile(path)) {
      throw new NotFoundException(ErrorCode.FILE_NOT_FOUND, "There is no file %s".formatted(file));
    }
    return withProject(
        bergview -> {
          List<DefinePlan> steps = bergview.define(path);
          if (json()) {
            ArrayNode json = JsonNodeFactory.instance.arrayNode();
            steps.forEach(step -> json.add(Definitions.json(step)));
            print(json);
          } else {
            steps.forEach(step -> Definitions.lines(step, false).forEach(this::print));
          }
          return ExitCode.DONE;
        });
  }
}
