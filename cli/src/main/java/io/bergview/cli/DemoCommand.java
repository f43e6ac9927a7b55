package io.bergview.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: commands that anybody could type, one at a time. */
@Command(
    name = "demo",
    header = {"A one-minute tour with a sample shop.", ""},
    description = {
      "A one-minute tour: creates a project with a sample shop, registers views over it, refreshes"
          + " and queries them, changes the shop, and refreshes again. The project is kept for you"
          + " to continue with."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  bergview demo", "  bergview demo --dir my-shop"})
final class DemoCommand extends ProjectCommand {
  private static final String BOLD = "\u001b[1m";
  private static final String DIM = "\u001b[2m";
  private static final String CYAN = "\u001b[36m";
  private static final String PLAIN = "\u001b[0m";

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Where the project goes: a new or empty folder. Default: a new one in the"
              + " system's folder for temporary files.")
  private @Nullable Path directory;

  @Option(
      names = "--scale",
      paramLabel = "N",
      description = "How big the shop is; 1 is 10,000 orders (default 1).")
  private double scale = 1;

  DemoCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    Path project = folder();
    Instant began = console().clock().instant();
    Console stage = json() ? silent(console()) : console();
    ExitCode exitCode = new Story(stage, project).run();
    Duration took = Duration.between(began, console().clock().instant());
    if (exitCode == ExitCode.DONE && json()) {
      print(
          JsonNodeFactory.instance
              .objectNode()
              .put("project", project.toString())
              .put("durationMs", took.toMillis()));
    }
    return exitCode;
  }

  private Path folder() throws IOException {
    if (directory == null) {
      return Files.createTempDirectory("bergview-demo-");
    }
    Path folder = console().resolve(directory);
    if (Files.exists(folder)) {
      try (Stream<Path> content =
          Files.isDirectory(folder) ? Files.list(folder) : Stream.of(folder)) {
        if (content.findAny().isPresent()) {
          throw new ConflictException(
              ErrorCode.FILE_EXISTS,
              "%s is not an empty folder; choose another with --dir".formatted(folder));
        }
      }
    }
    return folder;
  }

  private static Console silent(Console console) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return new Console(
        console.in(), nowhere, console.err(), false, false, console.directory(), console.clock());
  }

  /** The narration, on a console. */
  private final class Story {
    private final Console stage;
    private final Path project;
    private ExitCode exitCode = ExitCode.DONE;

    Story(Console stage, Path project) {
      this.stage = stage;
      this.project = project;
    }

    ExitCode run() throws IOException {
      print("A project is a folder with definitions.");
      type("init", project.toString(), "--quiet");
      print("A sample shop: six Iceberg tables, with the flaws of real data.");
      typeHere("generate", "shop", "--scale", number(scale));
      print("Two of the views. This one has one row per day and status:");
      show("views/DailyRevenue.yaml");
      print("This one has one row per order, with its customer and the customer's address:");
      show("views/OrderDetails.yaml");
      print("Register all views of the folder. Nothing is computed yet.");
      typeHere("apply", "--quiet");
      print("Compute them. Each result is an ordinary Iceberg table.");
      typeHere("refreshView", "--all");
      print("Ask them.");
      runQueries();
      print("The data changes: new orders, corrected orders, a customer who moves up a tier.");
      typeHere("generate", "shop", "--changes", "1");
      print("The views know which changes they have not read. Finding out reads metadata only.");
      typeHere("listViews");
      typeHere("getViewState", "DailyRevenue");
      print("Refresh them. Every refresh reports what it did and why.");
      typeHere("refreshView", "--all");
      runQueries();
      print("The next refresh finds nothing to do.");
      typeHere("refreshView", "DailyRevenue");
      if (exitCode == ExitCode.DONE) {
        goOn();
      }
      return exitCode;
    }

    private void runQueries() {
      typeHere("find", "DailyRevenue", "--sort", "-created_at_day,status", "--limit", "6");
      typeHere(
          "find",
          "OrderDetails",
          "--filter",
          "{vip: true}",
          "--select",
          "order_id,status,total,buyer_name,shipping_city",
          "--sort",
          "-order_id",
          "--limit",
          "3");
    }

    private void goOn() {
      String in = Program.name() + " --project " + Shell.quoted(project.toString());
      print("The project is in " + project + ". Continue with:");
      line("  " + in + " explainView OrderDetails");
      line("  " + in + " generate shop --changes 1");
      line("  " + in + " refreshView --all --dry-run");
      line("  " + in + " find CategorySales --format csv");
      line("  " + Program.name() + " --help");
      stage.out().flush();
    }

    private void print(String text) {
      if (exitCode == ExitCode.DONE) {
        line("");
        line(styled(BOLD, text));
      }
    }

    private void line(String text) {
      stage.out().println(text);
    }

    private void typeHere(String... command) {
      List<String> args = new ArrayList<>(List.of("--project", project.toString()));
      args.addAll(Arrays.asList(command));
      run(command, args);
    }

    private void type(String... command) {
      run(command, Arrays.asList(command));
    }

    /** Shows a command without the options that are the same for all, and runs it. */
    private void run(String[] shown, List<String> args) {
      if (exitCode != ExitCode.DONE) {
        return;
      }
      List<String> words =
          Arrays.stream(shown).filter(word -> !word.equals("--quiet")).map(Shell::quoted).toList();
      line(styled(CYAN, "$ bergview " + String.join(" ", words)));
      stage.out().flush();
      List<String> all = new ArrayList<>(args);
      if ((json() || root().quiet()) && !all.contains("--quiet")) {
        all.add("--quiet");
      }
      if (root().verbose()) {
        all.add("--verbose");
      }
      int number = Main.run(all.toArray(String[]::new), stage);
      stage.out().flush();
      exitCode =
          Arrays.stream(ExitCode.values())
              .filter(code -> code.number() == number)
              .findFirst()
              .orElse(ExitCode.FAILED);
    }

    private void show(String file) throws IOException {
      if (exitCode != ExitCode.DONE) {
        return;
      }
      line(styled(CYAN, "$ cat " + file));
      Files.readAllLines(project.resolve(file)).forEach(text -> line(coloured(text)));
    }

    /** Comments dim, keys of the language in colour. */
    private String coloured(String text) {
      int comment = text.indexOf('#');
      String code = comment < 0 ? text : text.substring(0, comment);
      String remark = comment < 0 ? "" : styled(DIM, text.substring(comment));
      return stage.outIsTerminal()
          ? code.replaceAll("\\$[A-Za-z]+(?=:)", CYAN + "$0" + PLAIN) + remark
          : text;
    }

    private String styled(String style, String text) {
      return stage.outIsTerminal() ? style + text + PLAIN : text;
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
