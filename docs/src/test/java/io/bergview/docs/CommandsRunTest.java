package io.bergview.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.docs.Page.Fence;
import io.bergview.docs.Session.Command;
import io.bergview.docs.Session.Outcome;
import io.bergview.fixtures.Seeds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Types every command of every page, in order, and holds what it prints against what the page
 * shows.
 *
 * <p>A {@code bash} block is run command by command; each must end with exit code 0, or with the
 * one that {@code # exit N} behind it says. A {@code text output} or {@code json output} block
 * shows what the block before it prints. A {@code java} block is run too. What is not run has the
 * reason in a comment before it, {@code <!-- not run: reason -->}, and the reasons are printed in
 * the end.
 */
@Tag("seeded")
class CommandsRunTest {
  private static final Set<String> SHELLS = Set.of("bash", "sh");
  private static final Set<String> LANGUAGES =
      Set.of("bash", "java", "json", "json5", "mermaid", "properties", "sql", "text", "yaml");

  /** The profile {@code long} runs all. */
  private static final Set<String> PAGES_OF_A_BUILD = Set.of("README.md");

  @TempDir private Path home;

  private static Stream<Page> pagesThatRun() {
    return Page.all().stream()
        .filter(page -> page.fences().stream().anyMatch(CommandsRunTest::runs));
  }

  @TestFactory
  Stream<DynamicTest> pages() {
    return pagesThatRun()
        .filter(page -> Seeds.many() || PAGES_OF_A_BUILD.contains(page.name()))
        .map(page -> DynamicTest.dynamicTest(page.name(), () -> run(page)));
  }

  @Test
  void theReadmeAndTheCommandsAreAmongThePagesThatRun() {
    assertThat(pagesThatRun().map(Page::name))
        .contains("README.md", "docs/commands.md", "docs/java-api.md");
  }

  @Test
  void everyBlockSaysWhatItIs() {
    for (Page page : Page.all()) {
      for (Fence fence : page.fences()) {
        assertThat(LANGUAGES)
            .describedAs("language of the block at %s:%d", page.name(), fence.line())
            .contains(fence.language());
      }
    }
  }

  @Test
  void aShownOutputFollowsWhatPrintsIt() {
    for (Page page : Page.all()) {
      for (int i = 0; i < page.fences().size(); i++) {
        Fence fence = page.fences().get(i);
        if (fence.has("output")) {
          assertThat(i > 0 && runs(page.fences().get(i - 1)))
              .describedAs("a block that runs before %s:%d", page.name(), fence.line())
              .isTrue();
        }
      }
    }
  }

  private static boolean runs(Fence fence) {
    return (SHELLS.contains(fence.language()) || fence.is("java")) && fence.notRun().isEmpty();
  }

  private void run(Page page) throws Exception {
    Session session =
        new Session(
            Files.createDirectories(home.resolve(page.name().replace('/', '_'))).toRealPath());
    List<String> notRun = new ArrayList<>();
    int commands = 0;
    for (int i = 0; i < page.fences().size(); i++) {
      Fence fence = page.fences().get(i);
      String at = page.name() + ":" + fence.line();
      fence
          .notRun()
          .ifPresent(
              reason -> {
                assertThat(reason).describedAs("why %s is not run", at).isNotBlank();
                notRun.add(at + ": " + reason);
              });
      if (!runs(fence)) {
        continue;
      }
      List<String> output = new ArrayList<>();
      if (fence.is("java")) {
        Outcome outcome = session.java(JavaExample.complete(fence.text()));
        assertThat(outcome.exitCode())
            .describedAs("%s: exit code of%n%s%n%s", at, fence.text(), outcome.output())
            .isZero();
        output.addAll(outcome.output());
        commands++;
      }
      for (Command command :
          fence.is("java") ? List.<Command>of() : Session.commands(fence.lines())) {
        Outcome outcome = session.run(command.text());
        assertThat(outcome.exitCode())
            .describedAs("%s: exit code of '%s'%n%s", at, command.text(), outcome.output())
            .isEqualTo(command.exitCode());
        output.addAll(outcome.output());
        commands++;
      }
      Fence next = i + 1 < page.fences().size() ? page.fences().get(i + 1) : null;
      if (next != null && next.has("output")) {
        new ShownOutput(next.lines())
            .mismatch(output)
            .ifPresent(
                difference -> {
                  throw new AssertionError(
                      "%s:%d: %s".formatted(page.name(), next.line(), difference));
                });
      }
    }
    assertThat(commands).isPositive();
    System.out.printf(
        "%s: %d commands run; not run: %s%n",
        page.name(), commands, notRun.isEmpty() ? "none" : String.join("; ", notRun));
  }
}
