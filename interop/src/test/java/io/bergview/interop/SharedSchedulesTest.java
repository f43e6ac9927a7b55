package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.api.Bergview;
import io.bergview.catalog.Project;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.BergviewException;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.upkeep.schedule.Schedules;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that share their schedules through PostgreSQL. */
@Tag("engines")
final class SharedSchedulesTest {
  private static final String PASSWORD = "correct horse";
  private static final Pattern URI = Pattern.compile("uri: (\\S+)");

  @TempDir private Path folder;
  private final List<Child> children = new ArrayList<>();
  private String settings = "";

  /** A process, and the lines that it has not been asked for yet. */
  private static final class Child {
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    Child(Path project, String mode) throws IOException {
      String classPath =
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
      this.process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  classPath,
                  SchedulingProcess.class.getName(),
                  project.toString(),
                  mode)
              .redirectError(project.resolve("child-" + mode + ".log").toFile())
              .start();
      Thread reader = new Thread(this::read, "reads a child");
      reader.setDaemon(true);
      reader.start();
    }

    private void read() {
      try (BufferedReader output =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
          lines.add(line);
        }
      } catch (IOException ended) {
        lines.add("ended");
      }
    }

    List<String> wanted() {
      return lines.stream().filter(line -> line.startsWith("wanted ")).toList();
    }

    void awaitStart() throws InterruptedException {
      await(() -> lines.contains("started") || !process.isAlive());
      assertThat(lines).contains("started");
    }

    void readDefinitions() throws IOException {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
    }
  }

  private Child start(String mode) throws IOException {
    Child child = new Child(folder, mode);
    children.add(child);
    return child;
  }

  @BeforeEach
  void writeProject() throws IOException {
    String catalog = CatalogServer.POSTGRES.catalogOf(folder);
    Matcher uri = URI.matcher(catalog);
    assertThat(uri.find()).isTrue();
    settings =
        catalog
            + """
            serve:
              quartz: {url: '%s', user: bergview, password: '%s', check-in: 500ms}
            """
                .formatted(uri.group(1), PASSWORD);
    write(Project.FILE, settings);
    for (Map.Entry<String, String> type : Shop.entityTypes().entrySet()) {
      write("types/" + type.getKey(), type.getValue());
    }
    try (Bergview bergview = Bergview.open(folder)) {
      Shop.generate(bergview.catalog("lake"), new Shop.Options(0.01, 7), Progress.SILENT);
    }
  }

  @AfterEach
  void endChildren() throws Exception {
    for (Child child : children) {
      child.process.destroyForcibly().waitFor();
    }
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private void define(int views, String schedule) throws IOException {
    for (int i = 0; i < views; i++) {
      write(
          "views/V" + i + ".yaml",
          "$type: V%d\n$from: Order\n$refresh: {mode: scheduled, schedule: '%s'}\n"
              .formatted(i, schedule));
    }
    try (Bergview bergview = Bergview.open(folder)) {
      assertThat(bergview.apply().steps()).hasSize(views);
    }
  }

  private static Map<String, Long> counted(List<String> lines) {
    return lines.stream().collect(Collectors.groupingBy(line -> line, Collectors.counting()));
  }

  @Test
  void ofSeveralProcessesOneCatchesUpWithWhatWasMissed() throws Exception {
    define(12, "@daily");
    Child one = start("works");
    Child other = start("works");
    one.awaitStart();
    other.awaitStart();
    await(() -> one.wanted().size() + other.wanted().size() >= 12);
    one.readDefinitions();
    other.readDefinitions();
    await(() -> one.lines.contains("read") && other.lines.contains("read"));

    List<String> all = new ArrayList<>(one.wanted());
    all.addAll(other.wanted());
    assertThat(all).hasSize(12);
    assertThat(counted(all)).hasSize(12).allSatisfy((line, count) -> assertThat(count).isOne());
  }

  @Test
  void ofSeveralProcessesOneActsAtEachTick() throws Exception {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    // Today and tomorrow by the day of the month, another day by the day of the week.
    define(
        5,
        "* * %d,%d * %s"
            .formatted(
                today.getDayOfMonth(),
                today.plusDays(1).getDayOfMonth(),
                today.plusDays(3).getDayOfWeek().name().substring(0, 3)));
    Child one = start("works");
    Child other = start("works");
    one.awaitStart();
    other.awaitStart();
    // What was missed is caught up with, and within a minute comes a tick, of all five views.
    await(() -> one.wanted().size() + other.wanted().size() >= 10);

    List<String> all = new ArrayList<>(one.wanted());
    all.addAll(other.wanted());
    assertThat(counted(all)).allSatisfy((line, count) -> assertThat(count).isOne());
    assertThat(all).hasSizeGreaterThanOrEqualTo(10);
  }

  @Test
  void whatAProcessDidNotLiveToDoIsDoneByAnother() throws Exception {
    define(1, "@daily");
    Child dying = start("hangs");
    dying.awaitStart();
    await(() -> !dying.wanted().isEmpty());
    Child heir = start("works");
    heir.awaitStart();
    assertThat(heir.wanted()).as("as long as the first lives").isEmpty();

    dying.process.destroyForcibly().waitFor();
    await(() -> !heir.wanted().isEmpty());
    assertThat(heir.wanted()).isEqualTo(dying.wanted()).hasSize(1);
  }

  @Test
  void whatAProcessLeavesWhenItStopsIsDoneByAnother() throws Exception {
    define(1, "@daily");
    Child leaving = start("leaves");
    leaving.awaitStart();
    await(() -> !leaving.wanted().isEmpty());
    leaving.process.getOutputStream().close();
    assertThat(leaving.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    Child heir = start("works");
    heir.awaitStart();

    await(() -> !heir.wanted().isEmpty());
    assertThat(heir.wanted().get(0)).isEqualTo(leaving.wanted().get(0));
  }

  @Test
  void dropsAndChangesReachTheSharedSchedules() throws Exception {
    define(3, "@daily");
    try (Bergview bergview = Bergview.open(folder);
        ProjectContext context = ProjectContext.open(Project.open(folder), Clock.systemUTC())) {
      ViewRegistry registry = context.registry();
      try (Schedules schedules =
          new Schedules(context, task -> new CompletableFuture<>(), event -> {})) {
        schedules.views(registry.listing());
        assertThat(schedules.next()).hasSize(3);
        bergview.dropView("V1");
        schedules.views(registry.listing());
        assertThat(schedules.next()).containsOnlyKeys("V0", "V2");
      }
    }
  }

  @Test
  void aWrongPasswordIsNotShown() throws Exception {
    define(1, "@daily");
    String wrong = settings.replace("password: '" + PASSWORD + "'", "password: 'not this one'");
    assertThat(wrong).isNotEqualTo(settings);
    write(Project.FILE, wrong);
    try (ProjectContext context = ProjectContext.open(Project.open(folder), Clock.systemUTC())) {
      assertThatThrownBy(
              () -> new Schedules(context, task -> new CompletableFuture<>(), event -> {}))
          .isInstanceOf(BergviewException.class)
          .hasMessageContaining("The schedules cannot be kept in jdbc:postgresql://127.0.0.1")
          .hasMessageContaining("authentication")
          .hasMessageNotContaining("not this one");
    }
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(100);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(20);
    }
  }
}
