package io.bergview.pipeline.scan;

import static java.util.Objects.requireNonNull;

/**
 * The two sides of a source delta, before equal rows cancel. Close it when no statement reads them
 * any more.
 */
public record DeltaRelations(Relation removed, Relation added) implements AutoCloseable {
  public DeltaRelations {
    requireNonNull(removed, "removed is null");
    requireNonNull(added, "added is null");
  }

  @Override
  public void close() {
    removed.close();
    added.close();
  }
}
