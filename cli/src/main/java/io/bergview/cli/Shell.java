package io.bergview.cli;

/** Quotes text for a shell. */
final class Shell {
  private Shell() {}

  /** One argument, in single quotes where it needs them. */
  static String quoted(String argument) {
    boolean plain =
        !argument.isEmpty()
            && argument
                .chars()
                .allMatch(
                    c ->
                        c >= 'a' && c <= 'z'
                            || c >= 'A' && c <= 'Z'
                            || c >= '0' && c <= '9'
                            || "-_./:=,@+".indexOf(c) >= 0);
    return plain ? argument : "'" + argument.replace("'", "'\\''") + "'";
  }
}
