package io.bergview.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long commands take from the shell's point of view, over a project of twenty fresh views, and
 * where the time goes.
 *
 * <p>Arguments: rounds (default 10), then the start scripts to compare, such as those of two
 * checkouts (default: that of this checkout). The scripts take turns within each round.
 */
public final class StartUpBenchmark {
  private static final int VIEWS = 20;

  private StartUpBenchmark() {}

  /** A command, with its name in the table; what it needs beyond the one before it. */
  private record Step(String name, List<String> words) {
    static Step of(String name, String... words) {
      return new Step(name, List.of(words));
    }
  }

  private static List<Step> steps(Path empty, Path views) {
    return List.of(
        Step.of("--version", "--version"),
        Step.of("listViews --help", "listViews", "--help"),
        Step.of("listViews, no views", "listViews", "--project", empty.toString()),
        Step.of("listViews, " + VIEWS + " views", "listViews", "--project", views.toString()),
        Step.of("getViewState", "getViewState", "OrderDetails", "--project", views.toString()),
        Step.of("refreshView, fresh", "refreshView", "OrderDetails", "--project", views.toString()),
        Step.of(
            "find, one row",
            "find",
            "OrderDetails",
            "--limit",
            "1",
            "--project",
            views.toString()));
  }

  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
    List<Path> scripts =
        arguments.length > 1
            ? Arrays.stream(arguments).skip(1).map(StartUpBenchmark::script).toList()
            : List.of(script("bergview"));
    Path folder = Files.createTempDirectory("bergview-bench");
    List<Step> steps =
        steps(project(scripts.get(0), folder, 0), project(scripts.get(0), folder, VIEWS));
    List<StartedProgram> programs = new ArrayList<>();
    for (Path script : scripts) {
      programs.add(new StartedProgram(script, folder));
    }
    Map<Step, List<List<Double>>> seconds = measure(rounds, steps, programs);
    printTimes(scripts, seconds);
    for (int i = 0; i < programs.size(); i++) {
      printPhases(scripts.get(i), programs.get(i), steps, rounds);
    }
  }

  private static Path script(String argument) {
    return Path.of(argument).toAbsolutePath().normalize();
  }

  /** A shop with so many views, all of them fresh. */
  private static Path project(Path script, Path folder, int views) throws Exception {
    Path project = folder.resolve("views-" + views);
    StartedProgram program = new StartedProgram(script, folder);
    program.run("init", project.toString(), views == 0 ? "--empty" : "--quiet");
    if (views > 0) {
      program.run("generate", "shop", "--scale", "0.1", "--project", project.toString());
      String definition = Files.readString(project.resolve("views/OrderDetails.yaml"));
      for (int copy = 5; copy <= views; copy++) {
        Files.writeString(
            project.resolve("views/Copy" + copy + ".yaml"),
            definition.replace("$type: OrderDetails", "$type: Copy" + copy));
      }
      program.run("apply", "--project", project.toString());
      program.run("refreshView", "--all", "--project", project.toString());
    }
    return project;
  }

  private static Map<Step, List<List<Double>>> measure(
      int rounds, List<Step> steps, List<StartedProgram> programs) throws Exception {
    Map<Step, List<List<Double>>> seconds = new LinkedHashMap<>();
    for (Step step : steps) {
      List<List<Double>> each = new ArrayList<>();
      for (StartedProgram program : programs) {
        program.run(step.words().toArray(String[]::new));
        each.add(new ArrayList<>());
      }
      seconds.put(step, each);
    }
    for (int round = 0; round < rounds; round++) {
      for (Map.Entry<Step, List<List<Double>>> measured : seconds.entrySet()) {
        for (int turn = 0; turn < programs.size(); turn++) {
          // Whoever begins has no advantage over all rounds.
          int which = (turn + round) % programs.size();
          String[] words = measured.getKey().words().toArray(String[]::new);
          measured.getValue().get(which).add(programs.get(which).run(words));
        }
      }
    }
    return seconds;
  }

  private static void printTimes(List<Path> scripts, Map<Step, List<List<Double>>> seconds) {
    System.out.printf("%nSeconds, medians; each column is a start script:%n");
    for (int i = 0; i < scripts.size(); i++) {
      System.out.printf("  %d: %s%n", i + 1, scripts.get(i));
    }
    seconds.forEach(
        (step, each) -> {
          System.out.printf("%-22s", step.name());
          each.forEach(
              times ->
                  System.out.printf(
                      Locale.ROOT,
                      " %7.3f (%.3f to %.3f)",
                      Medians.of(times),
                      Medians.percentile(times, 1),
                      Medians.percentile(times, 100)));
          System.out.println();
        });
  }

  private static void printPhases(Path script, StartedProgram program, List<Step> steps, int rounds)
      throws IOException, InterruptedException {
    System.out.printf("%nPhases of %s%n", script);
    System.out.printf(
        Locale.ROOT, "the script itself, without Java: %.3f s%n", program.scriptAlone(rounds));
    System.out.printf(
        "%-22s %9s %9s %9s %9s %9s  %s%n",
        "milliseconds", "JVM", "classes", "program", "loaded", "archived", "classes of");
    for (Step step : steps) {
      StartedProgram.Phases phases = program.phases(step.words());
      System.out.printf(
          Locale.ROOT,
          "%-22s %9.0f %9.0f %9.0f %9d %9d  %s%n",
          step.name(),
          phases.jvmMillis(),
          phases.classMillis(),
          phases.programMillis(),
          phases.loaded(),
          phases.archived(),
          phases.libraries());
    }
  }
}
