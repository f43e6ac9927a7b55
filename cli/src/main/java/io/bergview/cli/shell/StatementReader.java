package io.bergview.cli.shell;

import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.SyntaxError;
import org.jline.reader.impl.DefaultParser;

/** Asks for further lines until a statement is complete, and splits a line for completion. */
final class StatementReader implements Parser {
  private final DefaultParser words = new DefaultParser();

  StatementReader() {
    words.setEofOnUnclosedQuote(false);
    words.setQuoteChars(new char[0]);
    words.setEscapeChars(new char[0]);
    words.setRegexVariable(null);
    words.setRegexCommand(null);
  }

  @Override
  public ParsedLine parse(String line, int cursor, ParseContext context) throws SyntaxError {
    boolean accepted = context == ParseContext.ACCEPT_LINE || context == ParseContext.UNSPECIFIED;
    if (accepted && !SqlShell.isComplete(line)) {
      throw new EOFError(-1, -1, "the statement goes on");
    }
    return words.parse(line, cursor, context);
  }

  @Override
  public boolean isEscapeChar(char character) {
    return false;
  }
}
