package io.bergview.staleness.damage;

import static java.util.Objects.requireNonNull;

/**
 * A file that a snapshot names and that cannot be read.
 *
 * @param bytes its length as the metadata has it; -1 where that does not say
 * @param problem what is wrong with it, to follow its name: "is not there"
 */
public record LostFile(String location, LostFileKind kind, long bytes, String problem) {
  /** What a file is. */
  public enum LostFileKind {
    DATA_FILE("data file"),
    DELETE_FILE("delete file"),
    MANIFEST("manifest"),
    MANIFEST_LIST("manifest list");

    private final String words;

    LostFileKind(String words) {
      this.words = words;
    }

    /** For display. */
    public String words() {
      return words;
    }

    /** Whether a snapshot without it cannot even be planned. */
    public boolean isMetadata() {
      return this == MANIFEST || this == MANIFEST_LIST;
    }
  }

  public LostFile {
    requireNonNull(location, "location is null");
    requireNonNull(kind, "kind is null");
    requireNonNull(problem, "problem is null");
  }

  /**
   * As a clause.
   *
   * @param table that the file belongs to
   */
  public String of(String table) {
    return "%s %s of table %s %s".formatted(kind.words(), location, table, problem);
  }
}
