package io.bergview.cli;

import static java.util.Objects.requireNonNull;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.errors.Printable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.event.KeyValuePair;

/**
 * One event of a service's log on one line, secrets hidden. With a stack trace, if requested: on
 * lines of its own, or in JSON as another key.
 */
final class ServiceLine extends LayoutBase<ILoggingEvent> {
  private final LogFormat format;
  private final boolean traces;
  private final UnaryOperator<String> mask;

  ServiceLine(LogFormat format, boolean traces, UnaryOperator<String> mask) {
    this.format = requireNonNull(format, "format is null");
    this.traces = traces;
    this.mask = requireNonNull(mask, "mask is null");
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    String line = format == LogFormat.JSON ? json(event) : text(event);
    return line + System.lineSeparator();
  }

  private String json(ILoggingEvent event) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("time", event.getInstant().toString());
    json.put("level", event.getLevel().toString().toLowerCase(Locale.ROOT));
    json.put("event", Printable.lines(mask.apply(event.getFormattedMessage())));
    for (KeyValuePair pair : pairs(event)) {
      if (pair.value instanceof Long || pair.value instanceof Integer) {
        json.put(pair.key, ((Number) pair.value).longValue());
      } else {
        json.put(pair.key, Printable.lines(mask.apply(String.valueOf(pair.value))));
      }
    }
    trace(event).ifPresent(trace -> json.put("stack", trace));
    return json.toString();
  }

  private Optional<String> trace(ILoggingEvent event) {
    return traces && event.getThrowableProxy() != null
        ? Optional.of(
            Printable.text(
                mask.apply(ThrowableProxyUtil.asString(event.getThrowableProxy()).stripTrailing())))
        : Optional.empty();
  }

  private String text(ILoggingEvent event) {
    StringBuilder line = new StringBuilder();
    line.append(event.getInstant()).append(' ').append(event.getLevel()).append(' ');
    line.append(event.getFormattedMessage());
    for (KeyValuePair pair : pairs(event)) {
      line.append(' ')
          .append(pair.key)
          .append('=')
          .append(value(mask.apply(String.valueOf(pair.value))));
    }
    String told = Printable.line(mask.apply(line.toString()).replaceAll("\\R", " "));
    return trace(event).map(trace -> told + System.lineSeparator() + trace).orElse(told);
  }

  /** In quotes where it would not end at its blank. */
  private static String value(String text) {
    return text.matches("[^\\s\"=]+")
        ? text
        : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static List<KeyValuePair> pairs(ILoggingEvent event) {
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    return pairs == null ? List.of() : pairs;
  }
}
