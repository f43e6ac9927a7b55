package io.bergview.cli;

import io.bergview.catalog.storage.OutputFile;
import io.bergview.catalog.view.ViewListing.Unreadable;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.UsageException;
import io.bergview.staleness.graph.Direction;
import io.bergview.staleness.graph.LineageGraph;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lineage}. */
@Command(
    name = "lineage",
    header = {"Draw the upstream and downstream lineage of views.", ""},
    description = {
      "Draws a view with its upstream tables and views, down to the base tables, and its downstream"
          + " views, each with its state: fresh, stale or invalid, and why. Edges show the snapshot"
          + " that was read and the current one. A table that views read can be named too. Without"
          + " a name it draws the whole project. Reads metadata only."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview lineage DailyRevenue",
      "  bergview lineage shop.orders --down       the views affected by a change of a table",
      "  bergview lineage --format svg -o lineage.svg"
    })
final class LineageCommand extends ProjectCommand {
  /** How the graph is written. */
  enum Format {
    TREE,
    JSON,
    MERMAID,
    SVG;

    /** Reads an option's value. */
    static final class Parser extends FormatName<Format> {
      Parser() {
        super(values());
      }
    }
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "The view, or a table that views read. Default: the whole project.")
  private @Nullable String name;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      converter = Format.Parser.class,
      description = "tree (default), json, mermaid, svg.")
  private @Nullable Format format;

  @Option(names = "--up", description = "Upstream only.")
  private boolean up;

  @Option(names = "--down", description = "Downstream only.")
  private boolean down;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write to a file; it is replaced atomically.")
  private @Nullable Path output;

  LineageCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    if (name == null && (up || down)) {
      throw new UsageException(
          ErrorCode.USAGE, "--up and --down look from one view; name it, or leave them out");
    }
    Direction direction = up == down ? Direction.BOTH : up ? Direction.UP : Direction.DOWN;
    String named = name;
    LineageGraph graph =
        withProject(
            bergview -> named == null ? bergview.lineage() : bergview.lineage(named, direction));
    Format chosen = format != null ? format : json() ? Format.JSON : Format.TREE;
    if (chosen == Format.TREE && graph.nodes().isEmpty() && graph.unreadable().isEmpty()) {
      print("No views are registered; 'bergview apply' registers those of views/.");
    } else {
      write(text(graph.masked(root()::masked), chosen, direction).stripTrailing());
    }
    return failures(graph.unreadable());
  }

  private static String text(LineageGraph graph, Format format, Direction direction) {
    return switch (format) {
      case TREE -> LineageTree.of(graph, direction);
      case JSON -> graph.toJson().toPrettyString();
      case MERMAID -> LineageMermaid.of(graph);
      case SVG -> LineageSvg.of(graph);
    };
  }

  private void write(String text) throws Exception {
    if (output == null) {
      printAsIs(text);
      return;
    }
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
    OutputFile.at(console().resolve(output))
        .write(
            out -> {
              out.write(bytes);
              return bytes.length;
            });
    remark("written to " + output);
  }

  private ExitCode failures(List<Unreadable> unreadable) {
    ErrorReport report = new ErrorReport(root());
    unreadable.forEach(broken -> report.report(broken.name(), broken.error()));
    return unreadable.isEmpty() ? ExitCode.DONE : unreadable.get(0).error().code().exitCode();
  }
}
