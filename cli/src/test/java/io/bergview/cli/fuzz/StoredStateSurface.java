package io.bergview.cli.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the product wrote and reads again: the properties and snapshots of views' tables, the files
 * of the project's folder, metadata, manifests and data. After each case all is put back.
 */
final class StoredStateSurface implements Surface {
  private final ScratchProject project;
  private final Path kept;

  StoredStateSurface(Path parent) {
    project = SmallProject.create(parent, name());
    kept = parent.resolve(name() + "-kept");
    try {
      Folders.copy(project.folder(), kept);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return "stored-state";
  }

  @Override
  public List<String> mutations() {
    return Arrays.stream(StateMutation.values()).map(Enum::name).toList();
  }

  @Override
  public Shares shares() {
    return new Shares(2_500, 90, 20);
  }

  @Override
  public Case draw(long seed) {
    Chance chance = new Chance(name(), seed);
    StateMutation mutation = chance.oneOf(StateMutation.values());
    String view = chance.oneOf(SmallProject.VIEWS);
    StateMutation.Change change = mutation.draw(view, chance);
    List<List<String>> commands = commands(view, chance);
    boolean drops = mutation.leavesTheTable() && chance.in100(40);
    return new Case(
        mutation.name(),
        change.description() + "\n" + commands,
        () -> run(change, commands, drops ? view : ""));
  }

  private static List<List<String>> commands(String view, Chance chance) {
    List<List<String>> all =
        List.of(
            List.of("listViews"),
            List.of("getViewState", view),
            List.of("explainView", view),
            List.of("history", view),
            List.of("lineage"),
            List.of("find", view),
            List.of("find", view, "--stale-ok", "--json"),
            List.of("refreshView", view),
            List.of("refreshView", view, "--full"),
            List.of("refreshView", "--due"),
            List.of("vacuumView", view),
            List.of("compactView", view),
            List.of("verifyView", view),
            List.of("apply", "--plan"),
            List.of("apply"),
            List.of("alterView", view, "--set", "refresh.gracePeriod=1h", "--plan"));
    List<List<String>> drawn = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      drawn.add(chance.oneOf(all));
    }
    return drawn;
  }

  private Outcome run(StateMutation.Change change, List<List<String>> commands, String drops)
      throws Exception {
    List<String> faults = new ArrayList<>();
    StringBuilder data = new StringBuilder();
    StringBuilder messages = new StringBuilder();
    boolean done = true;
    try {
      change.apply(project);
      for (List<String> command : commands) {
        Commands.Result result = project.commands().run(command.toArray(String[]::new));
        data.append(result.out());
        messages.append(result.err());
        done &= result.done();
      }
      if (!drops.isEmpty()) {
        Commands.Result dropped = project.commands().run("dropView", drops, "--yes");
        messages.append(dropped.err());
        // A view whose name was changed is none of that name.
        if (!dropped.done() && !dropped.err().contains("VIEW_NOT_FOUND")) {
          faults.add("the view cannot be dropped: " + Printable.of(dropped.err()));
        }
      }
      project.temporaryFiles().forEach(file -> faults.add("left behind: " + file));
      return new Outcome(
          done ? Reached.DONE : Reached.MEANING, data.toString(), messages.toString(), faults);
    } finally {
      Folders.delete(project.folder());
      Folders.copy(kept, project.folder());
    }
  }

  @Override
  public List<String> litter() {
    return List.of();
  }

  @Override
  public void close() {}
}
