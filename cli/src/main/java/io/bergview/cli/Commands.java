package io.bergview.cli;

import picocli.CommandLine;

/** Makes the commands, each with the root command whose options all of them share. */
final class Commands implements CommandLine.IFactory {
  private final BergviewCommand root;

  Commands(BergviewCommand root) {
    this.root = root;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    return ProjectCommand.class.isAssignableFrom(type)
        ? type.getDeclaredConstructor(BergviewCommand.class).newInstance(root)
        : CommandLine.defaultFactory().create(type);
  }
}
