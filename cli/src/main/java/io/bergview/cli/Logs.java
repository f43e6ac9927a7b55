package io.bergview.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.bergview.catalog.Secrets;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/**
 * Logging: warnings only, a line each, on standard error; with {@code --verbose} all that Bergview
 * says. Set up in code, which spares every start the reading of a file.
 */
public final class Logs extends ContextAwareBase implements Configurator {
  private static final String OURS = "io.bergview";

  /** Called by logback. */
  public Logs() {}

  /** Says how much is logged from now on. */
  static void verbose(boolean verbose) {
    ((Logger) LoggerFactory.getLogger(OURS)).setLevel(verbose ? Level.DEBUG : Level.WARN);
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    Line layout = new Line();
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(layout);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.ERROR);
    root.addAppender(appender);
    context.getLogger(OURS).setLevel(Level.WARN);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** {@code warning: ...}, without a stack trace. */
  private static final class Line extends LayoutBase<ILoggingEvent> {
    @Override
    public String doLayout(ILoggingEvent event) {
      String level = event.getLevel() == Level.WARN ? "warning" : name(event.getLevel());
      String text = Secrets.maskUris(event.getFormattedMessage()).replaceAll("\\R", " ");
      return level + ": " + text + System.lineSeparator();
    }

    private static String name(Level level) {
      return level.toString().toLowerCase(Locale.ROOT);
    }
  }
}
