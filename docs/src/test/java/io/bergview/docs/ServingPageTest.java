package io.bergview.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.projection.definition.TableName;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshResult;
import io.bergview.server.http.ServerModel;
import io.bergview.server.metrics.Metrics;
import io.bergview.settings.HookSettings.Trigger;
import io.bergview.staleness.Freshness;
import io.bergview.staleness.Reason;
import io.bergview.staleness.ViewState;
import io.bergview.staleness.ViewStates;
import io.bergview.upkeep.MissedTicks;
import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.UpkeepControl;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.UpkeepStatus;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/serving.md has every metric with its labels, every status, every trigger of hooks. */
class ServingPageTest {
  private static final Page PAGE = Page.of("docs/serving.md");
  private static final Pattern SAMPLE =
      Pattern.compile("^(bergview_[a-z_]+?)(_bucket|_count|_sum|_max)?(?:\\{(.*)})? ");
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

  /** The cells of the rows of all tables whose first cell is such. */
  private static List<String[]> rows(String firstCell) throws Exception {
    return Files.readAllLines(PAGE.file()).stream()
        .filter(line -> line.matches("\\| " + firstCell + " \\|.*"))
        .map(line -> line.split("\\|"))
        .toList();
  }

  private static List<String> quoted(String cell) {
    return QUOTED.matcher(cell).results().map(found -> found.group(1)).toList();
  }

  @Test
  void everyMetricIsInTheTableWithItsLabelsAndNoOther() throws Exception {
    Map<String, Set<String>> documented = new TreeMap<>();
    for (String[] row : rows("`bergview_[a-z_]+`")) {
      documented.put(quoted(row[1]).get(0), new TreeSet<>(quoted(row[2])));
    }
    assertThat(measured()).isEqualTo(documented);
  }

  private static Map<String, Set<String>> measured() {
    Map<String, Set<String>> measured = new TreeMap<>();
    try (Metrics metrics = new Metrics(Clock.systemUTC())) {
      metrics.watch(new Idle());
      metrics.watchQueries(() -> 1);
      RefreshTrigger change = new RefreshTrigger.SourceChange(Instant.now(), Instant.now());
      UUID run = UUID.randomUUID();
      metrics.on(new UpkeepEvent.Started("V", Instant.now(), run, change, 2, Duration.ZERO));
      metrics.on(
          new UpkeepEvent.Completed(
              "V",
              Instant.now(),
              run,
              change,
              2,
              new RefreshResult("V", RefreshKind.MERGE, "SOURCE_CHANGED", "", 1, 1, 1, 1, 1)));
      metrics.on(
          new UpkeepEvent.Failed(
              "V",
              Instant.now(),
              run,
              change,
              1,
              new ConflictException(ErrorCode.COMMIT_CONFLICT, ""),
              Optional.empty()));
      MissedTicks ticks = new MissedTicks(Instant.now(), Instant.now(), 1);
      metrics.on(new UpkeepEvent.TicksMissed("V", Instant.now(), ticks, Instant.now()));
      metrics.lineageEvent("sent");
      metrics.hookRun("failure", "done");
      metrics.saw(new ViewStates(List.of(fresh()), List.of()));
      metrics
          .scrape()
          .lines()
          .flatMap(line -> SAMPLE.matcher(line).results())
          .forEach(
              sample ->
                  measured
                      .computeIfAbsent(sample.group(1), name -> new TreeSet<>())
                      .addAll(labels(sample)));
    }
    return measured;
  }

  private static List<String> labels(MatchResult sample) {
    return sample.group(3) == null
        ? List.of()
        : Arrays.stream(sample.group(3).split(","))
            .map(label -> label.substring(0, label.indexOf('=')))
            .filter(label -> !label.equals("le"))
            .toList();
  }

  private static ViewState fresh() {
    return new ViewState(
        "V",
        new TableName(Optional.empty(), List.of("shop"), "v"),
        Freshness.FRESH,
        Reason.UP_TO_DATE,
        "",
        Optional.of(Instant.now()),
        Optional.empty(),
        false,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** Upkeep that has nothing to do. */
  private static final class Idle implements UpkeepControl {
    @Override
    public UpkeepStatus status() {
      return new UpkeepStatus(
          true,
          false,
          List.of(),
          List.of(),
          Set.of(),
          List.of(),
          List.of(),
          Map.of(),
          UpkeepStatus.Watch.NONE);
    }

    @Override
    public CompletionStage<UpkeepEvent> submit(RefreshTask task) {
      return CompletableFuture.failedFuture(new IllegalStateException());
    }

    @Override
    public void pause(String view) {}

    @Override
    public void resume(String view) {}

    @Override
    public int stop(Duration deadline) {
      return 0;
    }
  }

  @Test
  void everyRequestThatIsDescribedIsInTheTableAndNoOther() throws Exception {
    Set<String> documented = new TreeSet<>();
    for (String[] row : rows("`(GET|POST) /.*`")) {
      documented.add(quoted(row[1]).get(0));
    }
    Set<String> described = new TreeSet<>();
    ServerModel.description()
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    assertThat(described).isEqualTo(documented);
  }

  @Test
  void everyCodeHasTheStatusThatTheTableSays() throws Exception {
    Map<ErrorCode, Integer> documented = new EnumMap<>(ErrorCode.class);
    int others = 0;
    for (String[] row : rows("\\d{3}")) {
      int status = Integer.parseInt(row[1].strip());
      if (row[2].contains("all others")) {
        others = status;
      } else if (!row[2].contains("`USAGE`, for ")) { // Those are of HTTP itself.
        quoted(row[2]).forEach(code -> documented.put(ErrorCode.valueOf(code), status));
      }
    }
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(ServerModel.status(code))
          .describedAs(code.name())
          .isEqualTo(documented.getOrDefault(code, others));
    }
  }

  @Test
  void everyTriggerOfHooksIsInTheTableAndNoOther() throws Exception {
    List<String> documented = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(PAGE.file())) {
      inside = line.startsWith("| `on` |") || inside && line.startsWith("|");
      if (inside && line.startsWith("| `") && !line.startsWith("| `on`")) {
        documented.add(quoted(line).get(0));
      }
    }
    assertThat(documented)
        .containsExactlyElementsOf(Arrays.stream(Trigger.values()).map(Trigger::label).toList());
  }
}
