package io.bergview.cli.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Command lines, in a folder of their own that is put back after each: most in this process, some
 * in a process of a user who may write nothing but that folder.
 */
final class CommandLineSurface implements Surface {
  private static final List<List<String>> GOOD = goodLines();
  private static final List<String> FLAGS =
      List.of(
          "--json",
          "--quiet",
          "--verbose",
          "--help",
          "--plan",
          "--all",
          "--full",
          "--dry-run",
          "--explain",
          "--yes",
          "--due",
          "--upstream",
          "--prune",
          "--origin",
          "-h",
          "-V",
          "--");
  private static final List<String> OPTIONS =
      List.of(
          "--project",
          "--limit",
          "--skip",
          "--format",
          "--as-of",
          "--max-staleness",
          "--set",
          "--unset",
          "-f",
          "-o",
          "--retention-days",
          "--sample",
          "--scale",
          "--fail-on",
          "--seed");

  private final ScratchProject project;
  private final Path kept;
  private final Path parent;
  private final Map<String, String> outside;
  private final OtherUser user;

  CommandLineSurface(Path parent) {
    this.parent = parent;
    project = SmallProject.create(parent, name());
    kept = parent.resolve(name() + "-kept");
    user = OtherUser.find(project.folder());
    try {
      Folders.copy(project.folder(), kept);
      outside = outside();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is done to a command line. */
  enum Mutation {
    NOTHING,
    OTHER_COMMAND,
    DROP_ARGUMENT,
    REPEAT_ARGUMENT,
    SHUFFLE,
    MISSPELL,
    ODD_VALUE,
    ODD_NUMBER,
    LONG_VALUE,
    MORE_OPTIONS,
    JOINED
  }

  private static List<List<String>> goodLines() {
    List<List<String>> lines = new ArrayList<>();
    for (String line :
        List.of(
            "listViews --json",
            "getViewState Totals",
            "explainView Cities",
            "history Totals --limit 3",
            "lineage --format mermaid",
            "lineage Totals --up -o out.svg --format svg",
            "find Totals --sort -n --limit 2",
            "find Sale --group-by city --compute {n:{$count:'*'}}",
            "find Cities --format parquet -o rows.parquet",
            "find Totals --format csv -o rows.csv",
            "refreshView Totals --dry-run",
            "refreshView --all --json",
            "refreshView --due",
            "refreshView Cities --full --upstream",
            "verifyView Totals --limit 3",
            "verifyView Totals --sample 50% --repair",
            "vacuumView Totals --retention-days 1",
            "compactView --all --dry-run",
            "apply --plan",
            "apply --prune",
            "defineView -f views/Totals.yaml",
            "alterView Cities --set refresh.gracePeriod=1h --plan",
            "alterView Cities --unset refresh.gracePeriod",
            "dropView Totals --yes",
            "help find",
            "init other --empty",
            "generate shop --scale 0.001",
            "--version",
            "--help",
            "serve --no-http --for 1ms",
            "find Totals --as-of 2020-01-01 --explain")) {
      lines.add(List.of(line.split(" ")));
    }
    return List.copyOf(lines);
  }

  @Override
  public String name() {
    return "command-lines";
  }

  @Override
  public List<String> mutations() {
    return Arrays.stream(Mutation.values()).map(Enum::name).toList();
  }

  @Override
  public Shares shares() {
    return new Shares(4_500, 25, 15);
  }

  @Override
  public Case draw(long seed) {
    Chance chance = new Chance(name(), seed);
    Mutation mutation = chance.oneOf(Mutation.values());
    List<String> line = line(mutation, chance);
    while (!staysInside(line)) {
      line = line(mutation, chance);
    }
    List<String> drawn = line;
    boolean other = chance.in100(OtherUser.PERCENT);
    return new Case(mutation.name(), String.join(" ", line), () -> run(drawn, other));
  }

  private static List<String> line(Mutation mutation, Chance chance) {
    List<String> line = new ArrayList<>(chance.oneOf(GOOD));
    if (mutation != Mutation.NOTHING) {
      mutate(mutation, line, chance);
      if (chance.in100(15)) {
        mutate(chance.oneOf(Mutation.values()), line, chance);
      }
    }
    return line;
  }

  private static void mutate(Mutation mutation, List<String> line, Chance chance) {
    if (line.isEmpty()) {
      line.add(OddValues.text(chance));
      return;
    }
    int at = chance.below(line.size());
    int value = line.size() == 1 ? 0 : chance.between(1, line.size() - 1);
    switch (mutation) {
      case NOTHING -> {}
      case OTHER_COMMAND -> line.set(0, chance.oneOf(GOOD).get(0));
      case DROP_ARGUMENT -> line.remove(at);
      case REPEAT_ARGUMENT -> line.add(chance.below(line.size() + 1), line.get(at));
      case SHUFFLE -> Collections.rotate(line, chance.between(1, 3));
      case MISSPELL -> line.set(at, TextMutation.SWAP_CHARACTERS.change(line.get(at), chance));
      case ODD_VALUE -> line.set(value, OddValues.text(chance));
      case ODD_NUMBER -> line.set(value, OddValues.number(chance).toString());
      case LONG_VALUE -> line.set(value, OddValues.longText(chance));
      case MORE_OPTIONS -> {
        line.add(chance.oneOf(FLAGS));
        if (chance.in100(60)) {
          line.addAll(List.of(chance.oneOf(OPTIONS), OddValues.text(chance)));
        }
      }
      case JOINED ->
          line.add(chance.oneOf(OPTIONS) + chance.oneOf("=", "", " ") + OddValues.text(chance));
    }
  }

  /** Nothing outside of the folder is named, nothing large is made, nothing goes on for long. */
  private static boolean staysInside(List<String> line) {
    for (String argument : line) {
      if (argument.contains("..") || argument.contains("/") && !argument.startsWith("views/")) {
        return false;
      }
    }
    String all = String.join(" ", line).toLowerCase(Locale.ROOT);
    boolean large = all.contains("generate") && !all.contains("--scale 0.001");
    boolean endless = all.contains("serve") && !all.contains("--no-http --for 1ms");
    return !large && !endless && !all.contains("demo");
  }

  private Outcome run(List<String> line, boolean other) throws IOException {
    List<String> faults = new ArrayList<>();
    try {
      Commands.Result result =
          other && user.isThere() && line.stream().noneMatch(a -> a.contains("\0"))
              ? user.run(line)
              : project.commands().run(line.toArray(String[]::new));
      for (String file : project.temporaryFiles()) {
        faults.add("left behind: " + file);
      }
      String beside = Folders.difference(outside, outside());
      if (!beside.isEmpty()) {
        faults.add("outside of the folder: " + beside);
      }
      boolean verbose = line.contains("--verbose");
      return new Outcome(
          result.done() ? Reached.DONE : result.exitCode() == 2 ? Reached.SYNTAX : Reached.MEANING,
          result.out(),
          verbose ? result.err().lines().findFirst().orElse("") : result.err(),
          faults);
    } finally {
      Folders.delete(project.folder());
      Folders.copy(kept, project.folder());
      user.own(project.folder());
    }
  }

  /** What is beside the project's folder, and where the tests run. */
  private Map<String, String> outside() throws IOException {
    Map<String, String> files = Folders.files(parent, name -> !name.startsWith(name() + "/"));
    try (var here = Files.list(Path.of(""))) {
      here.forEach(file -> files.put("./" + file, ""));
    }
    return files;
  }

  @Override
  public List<String> litter() {
    return List.of();
  }

  @Override
  public void close() {
    System.out.println(user);
  }
}
