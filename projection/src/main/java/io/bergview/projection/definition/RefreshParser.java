package io.bergview.projection.definition;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.RefreshSettings.EventType;
import io.bergview.projection.definition.RefreshSettings.Mode;
import io.bergview.projection.definition.RefreshSettings.Policy;
import io.bergview.projection.definition.RefreshSettings.Strategy;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.ScalarNode;
import io.bergview.projection.text.NodeReader;
import io.bergview.projection.text.Quantities;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** {@code $refresh}: a map, or a mode alone. */
final class RefreshParser {
  private static final Duration LONGEST = Duration.ofDays(36_500);
  private static final Duration LONGEST_JITTER = Duration.ofDays(1);
  private static final Duration LONGEST_WINDOW = Duration.ofDays(1);
  private static final int MOST_RETRIES = 100;

  private final NodeReader reader;
  private final Names names;

  RefreshParser(NodeReader reader) {
    this.reader = reader;
    this.names = new Names(reader);
  }

  RefreshSettings parse(Node node) {
    RefreshSettings defaults = RefreshSettings.manual();
    if (node instanceof ScalarNode scalar && scalar.value() instanceof String) {
      Mode mode = reader.choice(node, Vocabulary.MODES).orElse(defaults.mode());
      checkSchedule(node, mode, false);
      return withMode(defaults, mode);
    }
    Optional<MapNode> map = reader.map(node, "a mode or a map such as {mode: streaming}");
    if (map.isEmpty()) {
      return defaults;
    }
    Map<String, Node> keys = reader.known(map.get(), Vocabulary.REFRESH_KEYS);
    Mode mode = choice(keys, "mode", Vocabulary.MODES, defaults.mode());
    Strategy strategy = choice(keys, "strategy", Vocabulary.STRATEGIES, defaults.strategy());
    Policy policy = choice(keys, "policy", Vocabulary.POLICIES, defaults.policy());
    Node schedule = keys.get("schedule");
    Node zone = keys.get("timezone");
    Node jitter = keys.get("jitter");
    Node window = keys.get("batchWindow");
    Node grace = keys.get("gracePeriod");
    Node retention = keys.get("retention");
    Node maxDelta = keys.get("maxDelta");
    Node events = keys.get("eventTypes");
    Node pin = keys.get("pin");
    Node timeout = keys.get("timeout");
    Node retries = keys.get("retries");
    Node cascade = keys.get("cascade");
    checkSchedule(schedule == null ? map.get() : schedule, mode, schedule != null);
    if (strategy == Strategy.APPEND && mode != Mode.SCHEDULED) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          keys.getOrDefault("strategy", map.get()),
          "the strategy append adds one batch per tick, so it needs 'mode: scheduled'");
    }
    return new RefreshSettings(
        mode,
        schedule == null ? Optional.empty() : cron(schedule),
        Optional.ofNullable(zone).<ZoneId>flatMap(names::zone).orElse(defaults.timezone()),
        jitter == null
            ? defaults.jitter()
            : duration(jitter, LONGEST_JITTER).orElse(defaults.jitter()),
        window == null
            ? defaults.batchWindow()
            : duration(window, LONGEST_WINDOW).orElse(defaults.batchWindow()),
        strategy,
        grace == null
            ? defaults.gracePeriod()
            : duration(grace, LONGEST).orElse(defaults.gracePeriod()),
        retention == null
            ? defaults.retention()
            : notZero(retention, "a retention of zero would keep no snapshot; name a duration"),
        policy,
        maxDelta == null ? defaults.maxDelta() : reader.share(maxDelta),
        events == null ? defaults.eventTypes() : eventTypes(events),
        pin == null ? defaults.pin() : lease(pin),
        timeout == null
            ? defaults.timeout()
            : notZero(timeout, "a timeout of zero would let no refresh end; name a duration"),
        retries == null ? defaults.retries() : times(retries),
        cascade == null ? defaults.cascade() : reader.bool(cascade).orElse(defaults.cascade()),
        defaults.engine());
  }

  private <T> T choice(Map<String, Node> keys, String key, Map<String, T> words, T otherwise) {
    Node node = keys.get(key);
    return node == null ? otherwise : reader.choice(node, words).orElse(otherwise);
  }

  private static RefreshSettings withMode(RefreshSettings settings, Mode mode) {
    return new RefreshSettings(
        mode,
        settings.schedule(),
        settings.timezone(),
        settings.jitter(),
        settings.batchWindow(),
        settings.strategy(),
        settings.gracePeriod(),
        settings.retention(),
        settings.policy(),
        settings.maxDelta(),
        settings.eventTypes(),
        settings.pin(),
        settings.timeout(),
        settings.retries(),
        settings.cascade(),
        settings.engine());
  }

  private void checkSchedule(Node node, Mode mode, boolean scheduled) {
    if (scheduled && mode != Mode.SCHEDULED) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          node,
          "a schedule needs 'mode: scheduled'; the mode here is " + Vocabulary.lower(mode));
    }
    if (!scheduled && mode == Mode.SCHEDULED) {
      reader.problem(
          ProblemKind.MISSING,
          node,
          "the mode scheduled needs a schedule such as {mode: scheduled, schedule: '0 2 * * *'}");
    }
  }

  private Optional<String> cron(Node node) {
    Optional<String> text = reader.text(node, "a cron expression such as '0 2 * * *'");
    try {
      return text.map(CronExpression::checked);
    } catch (IllegalArgumentException e) {
      reader.problem(ProblemKind.CRON, node, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<Duration> duration(Node node, Duration longest) {
    return reader
        .text(node, Quantities.DURATION)
        .flatMap(text -> reader.parsed(node, text, it -> Quantities.duration(it, longest)));
  }

  private OptionalInt times(Node node) {
    return reader.integer(node, 0, MOST_RETRIES).map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  /** {@code true}, {@code false} or an age. */
  private Optional<LeaseSetting> lease(Node node) {
    if (node instanceof ScalarNode scalar && scalar.value() instanceof String) {
      return notZero(node, "a lease of zero would hold nothing; write 'pin: false'")
          .filter(age -> !age.isZero())
          .map(LeaseSetting::of);
    }
    if (node instanceof ScalarNode scalar && scalar.value() instanceof Boolean held) {
      return Optional.of(held ? LeaseSetting.ON : LeaseSetting.OFF);
    }
    reader.problem(
        ProblemKind.WRONG_TYPE,
        node,
        "true, false or " + Quantities.DURATION + " is expected here, found " + node.describe());
    return Optional.empty();
  }

  private Optional<Duration> notZero(Node node, String otherwise) {
    Optional<Duration> duration = duration(node, LONGEST);
    if (duration.filter(Duration::isZero).isPresent()) {
      reader.problem(ProblemKind.WRONG_VALUE, node, otherwise);
    }
    return duration;
  }

  private Set<EventType> eventTypes(Node node) {
    Set<EventType> types = EnumSet.noneOf(EventType.class);
    List<Node> items = reader.oneOrMany(node, EventType.values().length);
    items.forEach(item -> reader.choice(item, Vocabulary.EVENT_TYPES).ifPresent(types::add));
    if (items.isEmpty()) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          node,
          "at least one of %s is expected; for no events at all there is 'mode: manual'"
              .formatted(String.join(", ", Vocabulary.EVENT_TYPES.keySet())));
    }
    return types;
  }
}
