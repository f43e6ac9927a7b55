package io.bergview.settings;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What {@code serve} and {@code refreshView --due} are to do when something happens to a view.
 *
 * @param on the things that it waits for
 * @param views patterns of their names, {@code *} for anything
 * @param staleLimit how long a view may be behind its sources before it counts as stale
 * @param timeout the action is given up after this
 */
public record HookSettings(
    Set<Trigger> on, List<String> views, Action action, Duration staleLimit, Duration timeout) {
  /** What may happen. */
  public enum Trigger {
    /** A refresh was given up. */
    FAILURE,
    /** A view was recomputed, though neither its policy nor anybody asked for that. */
    UNEXPECTED_FULL,
    /** A view has been behind its sources for longer than the limit. */
    STALE,
    /** A refresh had nothing to read, since views that the view reads are behind. */
    UPSTREAM_STALE,
    /** Nobody was there at ticks of the view's schedule. */
    TICKS_MISSED,
    /** One of the other states, of which the hook was told, is over. */
    RECOVERED;

    /** As settings and events write it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** What is done. */
  public sealed interface Action {
    /**
     * A program is run, without a shell, with the event on its standard input.
     *
     * @param argv the program, then its arguments
     */
    record Command(List<String> argv) implements Action {
      public Command {
        argv = List.copyOf(argv);
        if (argv.isEmpty()) {
          throw new IllegalArgumentException("a command needs at least a program");
        }
      }

      /** Its arguments may be secret. */
      @Override
      public String toString() {
        return "command " + argv.get(0);
      }
    }

    /** The event is posted. */
    record Webhook(URI uri, Map<String, String> headers) implements Action {
      public Webhook {
        requireNonNull(uri, "uri is null");
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
      }

      /** The path and the headers of webhooks are secrets more often than not. */
      @Override
      public String toString() {
        return "webhook to " + uri.getHost();
      }
    }
  }

  public HookSettings {
    on = Set.copyOf(on);
    views = List.copyOf(views);
    requireNonNull(action, "action is null");
    requireNonNull(staleLimit, "staleLimit is null");
    requireNonNull(timeout, "timeout is null");
  }
}
