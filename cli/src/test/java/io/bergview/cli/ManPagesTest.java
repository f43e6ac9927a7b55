package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManPagesTest {
  @TempDir private Path folder;

  private List<Path> pages() throws Exception {
    Path man = folder.resolve("share/man1");
    Cli.in(folder).done("manPages", "share/man1");
    try (Stream<Path> files = Files.list(man)) {
      return files.sorted().toList();
    }
  }

  @Test
  void everyCommandHasAPageThatThePageOfAllNames() throws Exception {
    List<Path> pages = pages();
    String all = Files.readString(folder.resolve("share/man1/bergview.1"));
    String help = Cli.in(folder).done("help").out();
    List<String> commands =
        help.lines()
            .dropWhile(line -> !line.startsWith("Commands:"))
            .filter(line -> line.matches("  [a-z]\\S*,? .*"))
            .map(line -> line.strip().split("[ ,]")[0])
            .filter(word -> !word.equals("bergview"))
            .toList();
    assertThat(commands).contains("listViews", "find").hasSizeGreaterThan(15);
    assertThat(pages).hasSize(commands.size() + 1);
    for (String command : commands) {
      assertThat(pages).contains(folder.resolve("share/man1/bergview-" + command + ".1"));
      assertThat(all).contains("\\fBbergview\\-" + command + "\\fR(1)");
    }
  }

  @Test
  void aPageHasWhatTheHelpHas() throws Exception {
    pages();
    String page = Files.readString(folder.resolve("share/man1/bergview-refreshView.1"));
    assertThat(page)
        .startsWith(".TH \"BERGVIEW-REFRESHVIEW\" \"1\"")
        .contains(
            "bergview\\-refreshView \\- Make views fresh\n",
            ".SH SYNOPSIS\nbergview refreshView",
            "Also: refresh\\-view.",
            "\\fB\\-\\-fail\\-on stale\\fR\n",
            "\\fB\\-\\-project DIR\\fR\n",
            "  bergview refreshView DailyRevenue\n")
        .doesNotContain("%n", "@|");
  }

  @Test
  void manShowsEveryPageWithoutAWarning() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/man"))
            && Files.isExecutable(Path.of("/usr/bin/groff")),
        "there is no man with groff on this machine");
    for (Path page : pages()) {
      Path out = folder.resolve("out");
      Path err = folder.resolve("err");
      ProcessBuilder man =
          new ProcessBuilder("man", "--warnings=all", "--local-file", page.toString())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      man.environment().put("MANWIDTH", "80");
      man.environment().put("LC_ALL", "C.UTF-8");
      Process process = man.start();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readString(err)).describedAs(page.toString()).isEmpty();
      assertThat(Files.readString(out, StandardCharsets.UTF_8))
          .contains("NAME", "SYNOPSIS", "--project DIR");
    }
  }
}
