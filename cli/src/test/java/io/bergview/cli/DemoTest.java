package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
  @TempDir private Path folder;

  @Test
  void demoRunsToItsEndAndItsSuggestedCommandsWork() {
    Cli cli = Cli.in(folder);
    Cli.Result demo = cli.done("demo", "--dir", "shop", "--scale", "0.02");
    assertThat(demo.out())
        .containsSubsequence(
            "$ bergview init",
            "$ bergview generate shop",
            "$type: DailyRevenue",
            "$ bergview apply",
            "created     DailyRevenue",
            "$ bergview refreshView --all",
            "DailyRevenue: full",
            "FIRST_REFRESH",
            "$ bergview find DailyRevenue",
            "$ bergview generate shop --changes 1",
            "$ bergview listViews",
            "stale",
            "$ bergview refreshView --all",
            "SOURCE_CHANGED",
            "$ bergview refreshView DailyRevenue",
            "DailyRevenue: skip. UP_TO_DATE",
            "Continue with:")
        .doesNotContain("\u001b", "error");
    String project = folder.resolve("shop").toString();
    List<String> commands =
        demo.out().lines().filter(line -> line.startsWith("  bergview --project ")).toList();
    assertThat(commands).hasSize(4);
    for (String command : commands) {
      assertThat(command).contains(project);
      cli.done(command.strip().substring("bergview ".length()).split(" "));
    }
  }

  @Tag("long")
  @Test
  void onATerminalTheDemoIsColoured() {
    assertThat(
            Cli.in(folder).onTerminal("").done("demo", "--dir", "shop", "--scale", "0.005").out())
        .contains("\u001b[36m$from\u001b[0m: Order", "\u001b[2m# One row per day and status.");
  }

  @Test
  void aFolderThatIsNotEmptyIsNotTouched() throws Exception {
    Files.writeString(folder.resolve("mine.txt"), "mine");
    Cli.Result demo = Cli.in(folder).run("demo", "--dir", ".");
    assertThat(demo.exitCode()).isEqualTo(4);
    assertThat(demo.err()).startsWith("error FILE_EXISTS: ");
    assertThat(folder).isDirectoryContaining(file -> file.endsWith("mine.txt"));
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  @Tag("long")
  void forMachinesTheDemoSaysWhereItsProjectIs() {
    Cli.Result demo = Cli.in(folder).done("demo", "--dir", "p", "--scale", "0.005", "--json");
    assertThat(demo.json().get("project").asText()).isEqualTo(folder.resolve("p").toString());
  }
}
