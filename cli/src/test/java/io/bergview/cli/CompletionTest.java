package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The scripts, asked by the shells that they are for. */
class CompletionTest {
  /** Asks the script once for each line of words, the last of which is being typed. */
  private static final String ASK_BASH =
      """
      . "$1"
      while IFS= read -r line; do
        IFS='|' read -r -a words <<<"$line|"
        COMP_WORDS=(bergview "${words[@]}")
        [[ $line == *'|' ]] && COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _bergview
        echo "${COMPREPLY[*]}"
      done
      """;

  private static final String ASK_ZSH =
      """
      compdef() { : }
      compset() { PREFIX=${PREFIX#*=} }
      compadd() { shift; offered+=("$@") }
      _describe() { shift 3; offered+=("${(@)${(P)1}%%:*}") }
      _files() { offered+=(files) }
      . "$1"
      while IFS= read -r line; do
        words=(bergview "${(@s:|:)line}")
        CURRENT=$#words
        PREFIX=$words[CURRENT]
        offered=()
        _bergview
        print -r -- ${(M)offered:#$PREFIX*}
      done
      """;

  private static final String ASK_FISH =
      """
      source $argv[1]
      while read -l line
        echo (complete -C "bergview "(string replace -a '|' ' ' -- $line) | string split -f 1 \\t)
      end
      """;

  @TempDir private Path folder;
  private Path project;

  @BeforeEach
  void project() throws Exception {
    project = Files.createDirectories(folder.resolve("a project"));
    Cli.in(project).done("init", "--quiet");
    Files.writeString(
        Files.createDirectories(project.resolve("views/more")).resolve("two.yml"),
        "# $type: Comment\n$type: First\n$from: Order\n---\n$type: 'Second'\n$from: Order\n");
    Files.writeString(
        project.resolve("views/one.json"), "{\"$type\": \"InJson\", \"$from\": \"Order\"}\n");
    Files.writeString(
        project.resolve("views/three.sql"),
        "CREATE OR REPLACE MATERIALIZED VIEW lake.shop_views.InSql AS SELECT 1;\n"
            + "create materialized view if not exists InSqlToo\n as select 1;\n");
    Files.writeString(project.resolve("views/notes.txt"), "$type: Note\n$from: Order\n");
  }

  private static CommandLine root() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    BergviewCommand root =
        new BergviewCommand(
            new Console(
                InputStream.nullInputStream(),
                nowhere,
                nowhere,
                false,
                false,
                Path.of("").toAbsolutePath(),
                Clock.systemUTC()));
    return Commands.all(root);
  }

  private Path script(String shell) throws Exception {
    Path script = folder.resolve("script." + shell);
    Files.writeString(script, Cli.in(folder).done("completion", shell).out());
    return script;
  }

  /** What a shell offers for each line; words are separated by bars. */
  private List<List<String>> offered(String shell, List<String> lines) throws Exception {
    String ask =
        switch (shell) {
          case "bash" -> ASK_BASH;
          case "zsh" -> ASK_ZSH;
          default -> ASK_FISH;
        };
    Path asking = Files.writeString(folder.resolve("ask." + shell), ask);
    Path typed = Files.writeString(folder.resolve("typed"), String.join("\n", lines) + "\n");
    List<String> command = new ArrayList<>(List.of(shell));
    command.addAll(shell.equals("bash") ? List.of("--norc") : List.of());
    command.addAll(List.of(asking.toString(), script(shell).toString()));
    String out = run(project, typed, command);
    return out.lines().map(line -> line.isBlank() ? List.<String>of() : words(line)).toList();
  }

  private static List<String> words(String line) {
    return Arrays.asList(line.strip().split(" +"));
  }

  private String run(Path where, Path in, List<String> command) throws Exception {
    Path out = Files.createTempFile(folder, "out", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(where.toFile())
            .redirectInput(in.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().put("HOME", folder.toString());
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String text = Files.readString(out, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).describedAs(text).isZero();
    return text;
  }

  private static void assumeInstalled(String shell) {
    boolean installed =
        Arrays.stream(System.getenv("PATH").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, shell)));
    assumeTrue(installed, "there is no " + shell + " on this machine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh", "fish"})
  void everyCommandOptionAndAliasIsOffered(String shell) throws Exception {
    assumeInstalled(shell);
    Map<String, Set<String>> expected = new LinkedHashMap<>();
    CommandLine root = root();
    expected.put("", new TreeSet<>(root.getSubcommands().keySet()));
    expected.put("--", longOptions(root));
    root.getSubcommands()
        .forEach((name, command) -> expected.put(name + "|--", longOptions(command)));
    assertThat(expected).hasSizeGreaterThan(30);
    List<List<String>> offered = offered(shell, List.copyOf(expected.keySet()));
    int line = 0;
    for (Map.Entry<String, Set<String>> typed : expected.entrySet()) {
      assertThat(offered.get(line++).stream().filter(word -> !word.matches("-\\w")))
          .describedAs("bergview " + typed.getKey())
          .containsExactlyInAnyOrderElementsOf(typed.getValue());
    }
  }

  private static Set<String> longOptions(CommandLine command) {
    return command.getCommandSpec().options().stream()
        .map(OptionSpec::names)
        .flatMap(Arrays::stream)
        .filter(name -> name.startsWith("--"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @CsvSource({
    "list,listViews",
    "find|X|--for,--format",
    "find|X|--format|p,parquet",
    "generate|t,tpch",
    "help|refreshV,refreshView",
    "serve|--log-format|j,json"
  })
  void aWordIsCompleted(String typed, String word) throws Exception {
    for (String shell : List.of("bash", "zsh", "fish")) {
      if (shell.equals("bash") || installed(shell)) {
        assertThat(offered(shell, List.of(typed)).get(0)).describedAs(shell).contains(word);
      }
    }
  }

  private static boolean installed(String shell) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, shell)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh", "fish"})
  void viewsAndTypesOfTheProjectAreOfferedWhereTheyBelong(String shell) throws Exception {
    assumeInstalled(shell);
    List<List<String>> offered =
        offered(shell, List.of("refreshView|", "find|", "refreshView|Fi", "dropView|Daily"));
    assertThat(offered.get(0))
        .contains("First", "Second", "InJson", "InSql", "InSqlToo", "DailyRevenue", "OrderDetails")
        .doesNotContain("Comment", "Note", "Order", "Customer");
    assertThat(offered.get(1)).contains("First", "DailyRevenue", "Order", "Customer");
    assertThat(offered.get(2)).containsExactly("First");
    assertThat(offered.get(3)).containsExactly("DailyRevenue");
  }

  @Test
  void namesComeFromTheProjectThatTheOptionSaysOrThatTheFolderLiesIn() throws Exception {
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    Path within = Files.createDirectories(project.resolve("deep/er"));
    String program =
        """
        . "$1"
        ask() { COMP_WORDS=(bergview "$@"); COMP_CWORD=$#; _bergview; echo "${COMPREPLY[*]}"; }
        cd "$2"; ask refreshView Fi
        cd "$3"; ask refreshView Fi
        ask --project "$4" refreshView Fi
        ask --project = "$4" refreshView Fi
        ask refreshView --project "$4" Fi
        """;
    List<String> command =
        List.of(
            "bash",
            "--norc",
            "-c",
            program,
            "bash",
            script("bash").toString(),
            within.toString(),
            elsewhere.toString(),
            project.toString());
    assertThat(run(folder, Path.of("/dev/null"), command).lines())
        .containsExactly("First", "", "First", "First", "First");
  }

  @Test
  void filesAndFoldersAreOfferedToOptionsThatTakeThem() throws Exception {
    assertThat(
            offered("bash", List.of("defineView|--file|v", "--project|t", "defineView|--file|=|v")))
        .containsExactly(List.of("views"), List.of("types"), List.of("views"));
  }

  @ParameterizedTest
  @CsvSource({"bash,-n", "zsh,-n", "fish,--no-execute"})
  void theScriptIsSyntacticallyRight(String shell, String check) throws Exception {
    assumeInstalled(shell);
    String problems =
        run(folder, Path.of("/dev/null"), List.of(shell, check, script(shell).toString()));
    assertThat(problems).isEmpty();
  }

  /** Whoever can read no shell can still read this: no part of the template is left over. */
  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh", "fish"})
  void everyScriptNamesEveryCommandAndEveryOption(String shell) throws Exception {
    String script = Files.readString(script(shell));
    assertThat(script).doesNotContain("{{");
    CommandLine root = root();
    assertThat(script).contains(root.getSubcommands().keySet());
    for (CommandLine command : root.getSubcommands().values()) {
      for (String option : longOptions(command)) {
        assertThat(script).contains(shell.equals("fish") ? "-l " + option.substring(2) : option);
      }
    }
  }

  @Test
  void anUnknownShellIsRefused() {
    Cli.Result result = Cli.in(folder).run("completion", "tcsh");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .startsWith("error USAGE: ")
        .containsIgnoringCase("tcsh")
        .containsIgnoringCase("zsh");
  }
}
