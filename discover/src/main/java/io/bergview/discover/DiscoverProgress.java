package io.bergview.discover;

/** Receives the progress of a discovery, on its thread. */
@FunctionalInterface
public interface DiscoverProgress {
  /** Hears nothing. */
  DiscoverProgress SILENT = (what, done, total) -> {};

  /**
   * @param what is being done, such as {@code looking for keys}
   * @param done how many tables or relations
   * @param total of how many
   */
  void step(String what, long done, long total);
}
