package io.bergview.server;

import io.bergview.api.Bergview;
import io.bergview.errors.BergviewException;
import io.bergview.server.events.LineageEvents;
import io.bergview.server.hooks.Hooks;
import io.bergview.upkeep.EventPublisher;
import io.bergview.upkeep.UpkeepListener;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who hear of what a command refreshes that a scheduler calls periodically, as they hear of
 * what {@code serve} does: OpenLineage receivers and the project's hooks.
 */
public final class CommandListeners implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CommandListeners.class);
  private final Bergview bergview;
  private final Optional<LineageEvents> events;
  private final Hooks hooks;

  private CommandListeners(Bergview bergview, Optional<LineageEvents> events, Hooks hooks) {
    this.bergview = bergview;
    this.events = events;
    this.hooks = hooks;
  }

  /**
   * From now on they hear of the project's refreshes.
   *
   * @param command hears of them too
   * @throws io.bergview.errors.UsageException {@code PROJECT_INVALID} where the OpenLineage client
   *     does not take its settings
   */
  public static CommandListeners listenTo(Bergview bergview, UpkeepListener command, Clock clock) {
    Optional<LineageEvents> events = LineageEvents.listenTo(bergview, clock);
    Hooks hooks =
        Hooks.ofCommand(bergview.project(), view -> bergview.provenance(view, -1).policy(), clock);
    List<UpkeepListener> all = new ArrayList<>(List.of(command, hooks));
    events.ifPresent(all::add);
    bergview.onRefresh(EventPublisher.to(all));
    return new CommandListeners(bergview, events, hooks);
  }

  /** Passes the states of the views to the hooks. */
  public void look() {
    if (hooks.any()) {
      try {
        hooks.saw(bergview.listViews());
      } catch (BergviewException e) {
        LOG.warn("The hooks did not get the states of the views: {}", e.getMessage());
      }
    }
  }

  /** Waits until the hooks are done, and for events that are on their way. */
  @Override
  public void close() {
    hooks.close();
    events.ifPresent(LineageEvents::close);
  }
}
