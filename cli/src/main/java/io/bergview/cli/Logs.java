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
import io.bergview.errors.Printable;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.slf4j.LoggerFactory;

/**
 * Logging: warnings only, a line each, on standard error; with {@code --verbose} all that Bergview
 * says; a service says what it does. Set up in code, which spares every start the reading of a
 * file.
 */
public final class Logs extends ContextAwareBase implements Configurator {
  private static final String OURS = "io.bergview";
  private static final String HTTP = "io.javalin";
  private static final String CONSOLE_TRANSPORT =
      "io.openlineage.client.transports.ConsoleTransport";

  /** Called by logback. */
  public Logs() {}

  /** From now on the lines are those of a service, which says what it does. */
  static void ofService(LogFormat format, boolean verbose, UnaryOperator<String> mask) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    begin(context, new ServiceLine(format, verbose, mask));
    context.getLogger(OURS).setLevel(verbose ? Level.DEBUG : Level.INFO);
    // Its events are its log.
    context.getLogger(CONSOLE_TRANSPORT).setLevel(Level.INFO);
    // What it says of a port that is taken is an error message already.
    context.getLogger(HTTP).setLevel(Level.OFF);
  }

  /** From now on the lines are those of a command again. */
  static void ofCommand() {
    begin((LoggerContext) LoggerFactory.getILoggerFactory(), new Line());
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    begin(context, new Line());
    LogSettings.follow(
        () -> context.getLogger(OURS).setLevel(LogSettings.verbose() ? Level.DEBUG : Level.WARN));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static void begin(LoggerContext context, LayoutBase<ILoggingEvent> layout) {
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.setLevel(Level.ERROR);
    root.addAppender(appender(context, layout));
    context.getLogger(OURS).setLevel(Level.WARN);
  }

  private static ConsoleAppender<ILoggingEvent> appender(
      LoggerContext context, LayoutBase<ILoggingEvent> layout) {
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
    return appender;
  }

  /** {@code warning: ...}, without a stack trace. */
  private static final class Line extends LayoutBase<ILoggingEvent> {
    @Override
    public String doLayout(ILoggingEvent event) {
      String level = event.getLevel() == Level.WARN ? "warning" : name(event.getLevel());
      String text =
          Printable.line(LogSettings.masked(event.getFormattedMessage()).replaceAll("\\R", " "));
      return level + ": " + text + System.lineSeparator();
    }

    private static String name(Level level) {
      return level.toString().toLowerCase(Locale.ROOT);
    }
  }
}
