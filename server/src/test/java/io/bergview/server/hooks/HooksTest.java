package io.bergview.server.hooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import io.bergview.catalog.Project;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.SourceException;
import io.bergview.pipeline.CancelledException;
import io.bergview.projection.definition.RefreshSettings.Policy;
import io.bergview.projection.definition.TableName;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshResult;
import io.bergview.staleness.Freshness;
import io.bergview.staleness.Reason;
import io.bergview.staleness.ViewState;
import io.bergview.staleness.ViewStates;
import io.bergview.upkeep.MissedTicks;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.UpkeepEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HooksTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final RefreshTrigger TICK = new RefreshTrigger.ScheduleTick(NOW);

  @TempDir private Path folder;
  private final List<String> outcomes = new CopyOnWriteArrayList<>();
  private Policy policy = Policy.AUTO;

  private Hooks hooks(String hooks) throws IOException {
    Files.writeString(folder.resolve("bergview.yaml"), "serve:\n  hooks:\n" + hooks.indent(4));
    Project project =
        Project.open(
            folder, Map.of("HOOK_KEY", "k3y-of-the-hook", "BERGVIEW_TOKEN", "t".repeat(20)));
    return new Hooks(
        project,
        view -> policy,
        project.secrets()::mask,
        (trigger, outcome) -> outcomes.add(trigger + " " + outcome),
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private List<JsonNode> told() throws IOException {
    List<JsonNode> told = new ArrayList<>();
    Path file = folder.resolve("told");
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        told.add(JsonMapper.builder().build().readTree(line));
      }
    }
    return told;
  }

  private static UpkeepEvent.Failed failed(String view, Optional<Instant> retryAt) {
    return new UpkeepEvent.Failed(
        view,
        NOW,
        UUID.randomUUID(),
        TICK,
        5,
        new SourceException(ErrorCode.SOURCE_SCHEMA_CHANGED, "of s3://me:k3y-of-the-hook@bucket/x"),
        retryAt);
  }

  private static UpkeepEvent.Completed completed(
      RefreshTrigger trigger, RefreshKind kind, String why) {
    return new UpkeepEvent.Completed(
        "Sales",
        NOW,
        UUID.randomUUID(),
        trigger,
        1,
        new RefreshResult("Sales", kind, why, "since it is so", 17, 100, 99, 1_000, 20));
  }

  private static ViewStates sales(Optional<Instant> staleSince) {
    return new ViewStates(
        List.of(
            new ViewState(
                "Sales",
                new TableName(Optional.empty(), List.of("shop"), "sales"),
                staleSince.isPresent() ? Freshness.STALE : Freshness.FRESH,
                staleSince.isPresent() ? Reason.SOURCE_CHANGED : Reason.UP_TO_DATE,
                "so it stands",
                Optional.of(NOW),
                staleSince,
                false,
                Optional.empty(),
                Optional.empty(),
                List.of())),
        List.of());
  }

  @Test
  void whatTheEndOfTheServiceCancelsIsNoFailure() throws Exception {
    try (Hooks hooks = hooks("- {on: failure, command: [tee, -a, told]}\n")) {
      hooks.on(
          new UpkeepEvent.Failed(
              "Sales",
              NOW,
              UUID.randomUUID(),
              TICK,
              1,
              new CancelledException(null),
              Optional.empty()));
    }
    assertThat(told()).isEmpty();
  }

  @Test
  void failureAndRecoveryAreReportedOnce() throws Exception {
    try (Hooks hooks = hooks("- {on: [failure, recovered], command: [tee, -a, told]}")) {
      hooks.on(failed("Sales", Optional.of(NOW)));
      hooks.on(failed("Sales", Optional.empty()));
      hooks.on(failed("Sales", Optional.empty()));
      hooks.on(completed(TICK, RefreshKind.MERGE, "SOURCE_CHANGED"));
      hooks.on(completed(TICK, RefreshKind.MERGE, "SOURCE_CHANGED"));
    }
    assertThat(told())
        .extracting(event -> event.get("event").asText())
        .containsExactlyInAnyOrder("failure", "recovered");
    JsonNode failure =
        told().stream().filter(e -> e.get("event").asText().equals("failure")).findFirst().get();
    assertThat(failure.get("code").asText()).isEqualTo("SOURCE_SCHEMA_CHANGED");
    assertThat(failure.get("attempts").asInt()).isEqualTo(5);
    assertThat(failure.toString()).doesNotContain("k3y-of-the-hook");
    assertThat(outcomes).containsExactlyInAnyOrder("failure done", "recovered done");
  }

  @Test
  void fullRefreshIsUnexpectedUnlessRequested() throws Exception {
    try (Hooks hooks = hooks("- {on: unexpected-full, command: [tee, -a, told]}")) {
      hooks.on(completed(TICK, RefreshKind.MERGE, "SOURCE_CHANGED"));
      hooks.on(completed(TICK, RefreshKind.FULL, "FIRST_REFRESH"));
      hooks.on(completed(TICK, RefreshKind.FULL, "DEFINITION_CHANGED"));
      hooks.on(
          completed(new RefreshTrigger.Requested(NOW, true), RefreshKind.FULL, "SOURCE_CHANGED"));
      hooks.on(
          completed(new RefreshTrigger.Requested(NOW, false), RefreshKind.FULL, "LINEAGE_LOST"));
    }
    assertThat(told())
        .singleElement()
        .extracting(event -> event.get("reason").asText())
        .isEqualTo("LINEAGE_LOST");
  }

  @Test
  void aFullRefreshIsNotUnexpectedWhereThePolicyIsToRecompute() throws Exception {
    policy = Policy.FULL;
    try (Hooks hooks = hooks("- {on: unexpected-full, command: [tee, -a, told]}")) {
      hooks.on(completed(TICK, RefreshKind.FULL, "SOURCE_CHANGED"));
    }
    assertThat(told()).isEmpty();
  }

  @Test
  void longStaleViewIsReportedOnceAndItsRecoveryToo() throws Exception {
    try (Hooks hooks =
        hooks("- {on: [stale, recovered], stale-limit: 10m, command: [tee, -a, told]}")) {
      hooks.saw(sales(Optional.of(NOW.minus(Duration.ofMinutes(9)))));
      hooks.saw(sales(Optional.of(NOW.minus(Duration.ofMinutes(11)))));
      hooks.saw(sales(Optional.of(NOW.minus(Duration.ofMinutes(12)))));
      hooks.saw(sales(Optional.empty()));
      hooks.saw(sales(Optional.empty()));
    }
    assertThat(told())
        .extracting(event -> event.get("event").asText(), event -> event.path("from").asText())
        .containsExactlyInAnyOrder(tuple("stale", ""), tuple("recovered", "stale"));
  }

  @Test
  void onlyViewsMatchingThePatternsAreReported() throws Exception {
    try (Hooks hooks =
        hooks("- {on: failure, views: ['Sal*s', 'A.B'], command: [tee, -a, told]}")) {
      hooks.on(failed("Sales", Optional.empty()));
      hooks.on(failed("Sale", Optional.empty()));
      hooks.on(failed("AxB", Optional.empty()));
    }
    assertThat(told())
        .singleElement()
        .extracting(event -> event.get("view").asText())
        .isEqualTo("Sales");
  }

  @Test
  void aCommandIsNoShellAndDoesNotSeeTheToken() throws Exception {
    Path script = folder.resolve("told.sh");
    Files.writeString(
        script, "#!/bin/sh\necho \"$1|${BERGVIEW_TOKEN:-none}\" > \"$(dirname \"$0\")/args\"\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    try (Hooks hooks = hooks("- {on: failure, command: [./told.sh, '$HOME; ls']}")) {
      hooks.on(failed("Sales", Optional.empty()));
    }
    assertThat(folder.resolve("args")).content().isEqualTo("$HOME; ls|none\n");
  }

  @Test
  void aCommandThatTakesTooLongOrFailsOrIsNotThereHasFailed() throws Exception {
    try (Hooks hooks =
        hooks(
            """
            - {on: failure, timeout: 50ms, command: [sleep, '60']}
            - {on: failure, command: ['false']}
            - {on: failure, command: [no-such-program]}
            """)) {
      hooks.on(failed("Sales", Optional.empty()));
    }
    assertThat(outcomes).containsExactly("failure failed", "failure failed", "failure failed");
  }

  @Test
  void aWebhookIsPostedWithItsHeadersAndTriedAgain() throws Exception {
    List<String> bodies = new CopyOnWriteArrayList<>();
    List<String> keys = new CopyOnWriteArrayList<>();
    HttpServer receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        request -> {
          keys.add(request.getRequestHeaders().getFirst("X-Key"));
          bodies.add(new String(request.getRequestBody().readAllBytes(), UTF_8));
          request.sendResponseHeaders(bodies.size() == 1 ? 503 : 204, -1);
          request.close();
        });
    receiver.start();
    try (Hooks hooks =
        hooks(
            "- {on: failure, webhook: 'http://127.0.0.1:%d/hook', headers: {X-Key: '${env:HOOK_KEY}'}}"
                .formatted(receiver.getAddress().getPort()))) {
      hooks.on(failed("Sales", Optional.empty()));
    } finally {
      receiver.stop(0);
    }
    assertThat(bodies).hasSize(2);
    assertThat(bodies.get(0)).isEqualTo(bodies.get(1)).contains("\"event\":\"failure\"");
    assertThat(keys).containsExactly("k3y-of-the-hook", "k3y-of-the-hook");
    assertThat(outcomes).containsExactly("failure done");
  }

  @Test
  void rejectingReceiverIsNotRetried() throws Exception {
    List<String> paths = new CopyOnWriteArrayList<>();
    HttpServer receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        request -> {
          paths.add(request.getRequestURI().getPath());
          request.sendResponseHeaders(403, -1);
          request.close();
        });
    receiver.start();
    try (Hooks hooks =
        hooks(
            "- {on: failure, webhook: 'http://127.0.0.1:%d/hook'}"
                .formatted(receiver.getAddress().getPort()))) {
      hooks.on(failed("Sales", Optional.empty()));
    } finally {
      receiver.stop(0);
    }
    assertThat(paths).containsExactly("/hook");
    assertThat(outcomes).containsExactly("failure failed");
  }

  @Test
  void staleUpstreamIsReportedOnceUntilTheViewIsRefreshed() throws IOException {
    try (Hooks hooks = hooks("- {on: [upstream-stale, recovered], command: [tee, -a, told]}")) {
      hooks.on(completed(TICK, RefreshKind.SKIP, "UPSTREAM_STALE"));
      hooks.on(completed(TICK, RefreshKind.SKIP, "UPSTREAM_STALE"));
      hooks.on(completed(TICK, RefreshKind.MERGE, "SOURCE_CHANGED"));
    }
    assertThat(told())
        .extracting(event -> event.get("event").asText())
        .containsExactlyInAnyOrder("upstream-stale", "recovered");
  }

  @Test
  void requestedRefreshDoesNotReportAStaleUpstream() throws IOException {
    try (Hooks hooks = hooks("- {on: upstream-stale, command: [tee, -a, told]}")) {
      RefreshTrigger asked = new RefreshTrigger.Requested(NOW, false);
      hooks.on(completed(asked, RefreshKind.SKIP, "UPSTREAM_STALE"));
    }
    assertThat(told()).isEmpty();
  }

  @Test
  void missedTicksAreReportedWithTheirNumber() throws IOException {
    try (Hooks hooks = hooks("- {on: ticks-missed, command: [tee, -a, told]}")) {
      MissedTicks ticks = new MissedTicks(NOW.minusSeconds(7200), NOW, 3);
      hooks.on(new UpkeepEvent.TicksMissed("Sales", NOW, ticks, NOW));
    }
    assertThat(told()).hasSize(1);
    assertThat(told().get(0).get("ticks").asInt()).isEqualTo(3);
    assertThat(told().get(0).get("first").asText()).isEqualTo("2026-03-01T10:00:00Z");
    assertThat(told().get(0).get("caughtUp").asText()).isEqualTo("2026-03-01T12:00:00Z");
  }
}
