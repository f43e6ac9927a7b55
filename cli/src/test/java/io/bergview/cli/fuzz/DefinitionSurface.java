package io.bergview.cli.fuzz;

import io.bergview.api.Bergview;
import io.bergview.define.ProjectApply;
import io.bergview.fixtures.RandomViews;
import io.bergview.fixtures.RandomWarehouse;
import io.bergview.fixtures.RandomWarehouse.Partitioning;
import io.bergview.projection.text.DocumentReader;
import io.bergview.projection.text.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Definitions: of random views and of the types of a random warehouse, with the documented ones and
 * the reader's own to take parts from. All are planned; of what is accepted a part is registered,
 * refreshed, asked and dropped.
 */
final class DefinitionSurface implements Surface {
  private static final long WAREHOUSE = 11;
  private static final int RANDOM_VIEWS = 60;
  private static final String CASE = "views/case";
  private static final int COMMAND_PERCENT = 15;
  private static final int CARRIED_OUT_PERCENT = 4;

  private final ScratchProject project;
  private final Bergview open;
  private final List<Tree> views = new ArrayList<>();
  private final List<Tree> types = new ArrayList<>();
  private final List<Tree> donors = new ArrayList<>();

  DefinitionSurface(Path folder) {
    Map<String, String> texts = new LinkedHashMap<>();
    project =
        ScratchProject.create(
            folder,
            name(),
            catalog -> {
              RandomWarehouse warehouse =
                  RandomWarehouse.create(
                      catalog, WAREHOUSE, new RandomWarehouse.Options(2, Partitioning.MIXED));
              texts.putAll(warehouse.entityTypes());
              for (long seed = 1; seed <= RANDOM_VIEWS; seed++) {
                read("view.yaml", RandomViews.of(warehouse, seed, "Case").text(), views);
              }
            });
    project.write("types", texts);
    open = Bergview.open(project.folder());
    texts.forEach((file, text) -> read(file, text, types));
    for (Node node : DefinitionCorpus.page("language.md")) {
      donors.add(Tree.of(node));
    }
    DefinitionCorpus.ofTheReader().forEach(node -> donors.add(Tree.of(node)));
    donors.addAll(views);
  }

  private static void read(String file, String text, List<Tree> trees) {
    DocumentReader.read(file, text).forEach(node -> trees.add(Tree.of(node)));
  }

  @Override
  public String name() {
    return "definitions";
  }

  @Override
  public List<String> mutations() {
    return MutatedDocument.mutations();
  }

  @Override
  public Shares shares() {
    return new Shares(30_000, 60, 10);
  }

  @Override
  public Case draw(long seed) {
    Chance chance = new Chance(name(), seed);
    boolean type = chance.in100(15);
    MutatedDocument document =
        MutatedDocument.of(
            chance.oneOf(type ? types : chance.in100(10) ? donors : views),
            chance.oneOf(donors),
            List.of(TextForm.values()),
            chance);
    boolean command = chance.in100(COMMAND_PERCENT);
    boolean json = chance.in100(30);
    boolean carriedOut = chance.in100(CARRIED_OUT_PERCENT);
    return new Case(
        document.mutation(), document.text(), () -> run(document, command, json, carriedOut));
  }

  private Outcome run(MutatedDocument document, boolean command, boolean json, boolean carriedOut)
      throws IOException {
    Path file = project.folder().resolve(CASE + "." + document.extension());
    Folders.write(file, document.bytes());
    List<String> faults = new ArrayList<>();
    try {
      Map<String, String> before = project.state();
      Commands.Result plan = command ? planned(json) : planned();
      if (!project.state().equals(before)) {
        faults.add("a plan changed " + Folders.difference(before, project.state()));
      }
      StringBuilder messages = new StringBuilder(plan.err());
      StringBuilder data = new StringBuilder(plan.out());
      if (plan.done() && carriedOut) {
        carryOut(data, messages, faults);
      }
      return new Outcome(
          plan.done() ? Reached.DONE : document.isRead() ? Reached.MEANING : Reached.SYNTAX,
          data.toString(),
          messages.toString(),
          faults);
    } finally {
      Files.delete(file);
    }
  }

  private Commands.Result planned(boolean json) {
    Commands commands = project.commands();
    return json ? commands.run("apply", "--plan", "--json") : commands.run("apply", "--plan");
  }

  /** As the command does it, in a project that is open already. */
  private Commands.Result planned() {
    try {
      ProjectApply.Outcome outcome = open.planApply();
      return new Commands.Result(0, outcome.steps().toString(), "");
    } catch (RuntimeException | Error e) {
      return new Commands.Result(1, "", ReportedFailure.of(e, open.project().secrets()::mask));
    }
  }

  /** What can be planned can be registered and dropped; a refresh may fail for its rows. */
  private void carryOut(StringBuilder data, StringBuilder messages, List<String> faults) {
    Commands commands = project.commands();
    Commands.Result applied = commands.run("apply");
    messages.append(applied.err());
    if (!applied.done()) {
      faults.add("what was planned was not applied: " + Printable.of(applied.err()));
    }
    for (Commands.Result result :
        List.of(
            commands.run("refreshView", "--all"),
            commands.run("refreshView", "--all", "--full"),
            commands.run("find", "Case", "--json"),
            commands.run("listViews"))) {
      data.append(result.out());
      messages.append(result.err());
    }
    messages.append(dropAll(commands, faults));
  }

  private String dropAll(Commands commands, List<String> faults) {
    String listed = commands.run("listViews", "--json").out();
    StringBuilder messages = new StringBuilder();
    for (String view : ListedViews.names(listed)) {
      Commands.Result dropped = commands.run("dropView", view, "--yes");
      messages.append(dropped.err());
      if (!dropped.done()) {
        faults.add("what was registered cannot be dropped: " + Printable.of(dropped.err()));
      }
    }
    return messages.toString();
  }

  @Override
  public List<String> litter() throws IOException {
    return project.temporaryFiles();
  }

  @Override
  public void close() {
    open.close();
  }
}
